/** One row of a tile of the matmul kernel, c = a B, in 1, 4 or 8 lanes: what is done at once, and how many instructions that is. */
import { type Backend, tensor } from '../../../src/index.js';
import { computed } from '../base/engine.js';

/** How many numbers an instruction works on: plain code, 128-bit vectors, 256-bit vectors. */
export const LANES = [1, 4, 8] as const;
export type Lanes = (typeof LANES)[number];

/** As wide as the tile of the wide build. */
export const COLUMNS = 16;
const A = [2, 1, 3, 2];
export const DEPTH = A.length;

export interface Row {
  readonly a: readonly number[];
  /** [DEPTH][COLUMNS] */
  readonly b: readonly (readonly number[])[];
  /** The row of sums after so many of the products a[k] B[k], from none to all. */
  readonly sums: readonly (readonly number[])[];
}

export function rowOf(backend: Backend): Row {
  const b = A.map((_, k) => Array.from({ length: COLUMNS }, (_, j) => (3 * k + 5 * j + ((k * j) % 4)) % 10));
  return computed(backend, () => {
    const [left, right] = [tensor([A]), tensor(b)];
    const sums = [0, ...A.map((_, k) => k + 1)].map((depth) =>
      depth === 0
        ? new Array<number>(COLUMNS).fill(0)
        : [
            ...left
              .slice(1, 0, depth)
              .matmul(right.slice(0, 0, depth))
              .dataSync(),
          ],
    );
    return { a: A, b, sums };
  });
}

/** What is at work: the product of a[k] with the columns from `first` on, as many as there are lanes. */
export interface Work {
  readonly k: number;
  readonly first: number;
}

export function lastStep(lanes: Lanes): number {
  return (DEPTH * COLUMNS) / lanes;
}

/** Null before the first step. */
export function workAt(lanes: Lanes, step: number): Work | null {
  if (step === 0) return null;
  const groups = COLUMNS / lanes;
  return { k: Math.floor((step - 1) / groups), first: ((step - 1) % groups) * lanes };
}

/** The sums when so many steps are done. */
export function sumsAt({ sums }: Row, lanes: Lanes, step: number): number[] {
  const work = workAt(lanes, step);
  return sums[0].map((none, j) => {
    if (work === null) return none;
    return sums[j < work.first + lanes ? work.k + 1 : work.k][j];
  });
}

export interface Instructions {
  readonly loads: number;
  readonly multiplications: number;
  readonly additions: number;
  readonly fused: number;
  readonly stores: number;
  readonly all: number;
}

/** Of the whole row: a[k] is loaded into all lanes once for each k, the sums stay in registers until they are stored. */
export function instructions(lanes: Lanes, isFused: boolean): Instructions {
  const groups = COLUMNS / lanes;
  const products = DEPTH * groups;
  const loads = DEPTH + products;
  const counts = isFused
    ? { multiplications: 0, additions: 0, fused: products }
    : { multiplications: products, additions: products, fused: 0 };
  return { ...counts, loads, stores: groups, all: loads + groups + (isFused ? 1 : 2) * products };
}

export function sentence(row: Row, lanes: Lanes, step: number): string {
  const work = workAt(lanes, step);
  if (work === null) {
    return `c is the row a times the matrix B: ${DEPTH * COLUMNS} products, ${lanes === 1 ? 'one at a time' : `${lanes} at a time`}.`;
  }
  const { k, first } = work;
  const [last, value] = [first + lanes - 1, row.a[k]];
  const columns = lanes === 1 ? `column ${first}` : `columns ${first} to ${last}`;
  return `Step ${step} of ${lastStep(lanes)}: a[${k}] = ${value} times row ${k} of B, ${columns}, is added to c${lanes === 1 ? '' : ', all in the same instruction'}.`;
}
