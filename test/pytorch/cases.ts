/** What PyTorch made of every op, as test/fixtures/pytorch/make_cases.py wrote it down. */
import { readFileSync } from 'node:fs';

/** JSON has no NaN and no infinities. */
type Written = number | 'NaN' | 'Infinity' | '-Infinity';

interface WrittenArray {
  readonly shape: number[];
  readonly values: Written[];
  readonly dtype?: 'int32';
}

export interface WrittenCase {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly WrittenArray[];
  /** What comes after the tensors when ours is called. */
  readonly args: readonly unknown[];
  readonly outputs: readonly WrittenArray[];
  /** Of every input, null for those without: of Σ wᵢ yᵢ over all outputs, see `weightOf`. Absent where nothing flows back. */
  readonly gradients?: readonly (readonly Written[] | null)[];
  /** The same of Σ wᵢ gᵢ over all gradients. */
  readonly second?: readonly (readonly Written[] | null)[];
}

/** The path of one optimizer. */
export interface Run {
  readonly optimizer: string;
  readonly settings: { readonly learningRate: number };
  readonly shapes: readonly number[][];
  readonly starts: readonly number[][];
  readonly steps: readonly { readonly gradients: number[][]; readonly parameters: number[][] }[];
}

const url = new URL('../fixtures/pytorch/cases.json', import.meta.url);
const written = JSON.parse(readFileSync(url, 'utf8')) as {
  readonly cases: readonly WrittenCase[];
  readonly optimizers: readonly Run[];
};

export const cases = written.cases;
export const runs = written.optimizers;

/** The name of a case in lists of them. */
export function titleOf({ op, name }: WrittenCase): string {
  return `${op}: ${name}`;
}

export function read(values: readonly Written[]): Float64Array {
  return Float64Array.from(values, Number);
}

/** An argument; null stands for one that is left out. */
export function argument(written: unknown): unknown {
  if (written === null) return undefined;
  return written === 'NaN' || written === 'Infinity' || written === '-Infinity' ? Number(written) : written;
}

/** ¼, 2, ½, …: what element i counts for, as in harness.py. */
export function weightOf(i: number): number {
  return (((7 * i) % 13) + 1) / 4;
}
