/** What the wide build has to prove before `auto` takes it: in every kernel the bits of the relaxed one. */
import type { Backend, BinaryOp, Buffer, CompareOp, Operand, UnaryOp } from '../../../../backend.js';
import type { WasmMode } from '../module.js';
import type { Warn } from '../try-wide.js';
import { CALLS, type Call, type KernelName, Operands } from './calls.js';

/** Makes a backend of a build. */
export type OpenBuild = (mode: WasmMode) => Promise<Backend>;

/** Some hundred numbers for each kernel, most of them no whole number of tiles. */
const SIZES = { rows: 5, width: 64, length: 7, square: 16 } as const;
/** Of a product [m, k] · [k, n]: a tile and a part of one both ways, and more steps than a block has. */
const [M, K, N] = [7, 300, 17] as const;

/** One that is missing does not compile. */
const UNARY: Readonly<Record<UnaryOp, true>> = {
  ...{ neg: true, abs: true, sign: true, floor: true, ceil: true, round: true, trunc: true, exp: true },
  ...{ expm1: true, log: true, log1p: true, sqrt: true, reciprocal: true, square: true },
  ...{ sin: true, cos: true, atan: true, tanh: true, sigmoid: true, softplus: true, relu: true, erf: true },
};
const BINARY: Readonly<Record<BinaryOp, true>> = {
  ...{ add: true, sub: true, mul: true, div: true, maximum: true, minimum: true, pow: true, remainder: true },
};
const COMPARE: Readonly<Record<CompareOp, true>> = {
  eq: true,
  ne: true,
  lt: true,
  le: true,
  gt: true,
  ge: true,
};

const namesOf = <N extends string>(table: Readonly<Record<N, true>>) => Object.keys(table) as N[];
const EITHER = [false, true] as const;

/** Where one call does not reach all of a kernel. */
const MORE_CALLS: { readonly [N in KernelName]?: (o: Operands) => readonly Call<N>[] } = {
  unary: (o) => {
    const x = o.rows();
    return namesOf(UNARY).map((op) => [op, x]);
  },
  binary: (o) => {
    const [a, b] = [o.rows(), o.rows()];
    return namesOf(BINARY).map((op) => [op, a, b, a.shape]);
  },
  compare: (o) => {
    const [a, b] = [o.rows(), o.rows()];
    const [m, n] = [o.integers(a.shape, 3), o.integers(a.shape, 3)];
    return namesOf(COMPARE).flatMap((op): Call<'compare'>[] => [
      [op, a, b, a.shape],
      [op, a, a, a.shape],
      [op, m, n, a.shape],
    ]);
  },
  cast: (o) => [
    [o.rows(), 'int32'],
    [o.integers([SIZES.rows], 100), 'float32'],
  ],
  sum: (o) => [...[0, 1].map((axis): Call<'sum'> => [o.rows(), [axis]]), [o.integers([9, 7], 100), [0]]],
  max: (o) => [...[0, 1].map((axis): Call<'max'> => [o.rows(), [axis]]), [o.integers([9, 7], 100), [0]]],
  argmax: (o) => [...[0, 1].map((axis): Call<'argmax'> => [o.rows(), axis]), [o.integers([9, 7], 100), 1]],
  cumsum: (o) =>
    EITHER.flatMap((reverse): Call<'cumsum'>[] => [
      [o.rows(), 0, reverse],
      [o.integers([9, 7], 100), 0, reverse],
    ]),
  argsort: (o) =>
    EITHER.flatMap((descending): Call<'argsort'>[] => [
      [o.rows(), 0, descending],
      [o.floats([2, 99]), 1, descending],
      [o.integers([9, 7], 5), 1, descending],
    ]),
  matmul: (o) =>
    EITHER.flatMap((transposeA) =>
      EITHER.map((transposeB): Call<'matmul'> => {
        const a = o.floats(transposeA ? [1, K, M] : [1, M, K]);
        const b = o.floats(transposeB ? [1, N, K] : [1, K, N]);
        return [a, b, transposeA, transposeB];
      }),
    ),
  permute: (o) => [
    [o.rows(), [1, 0]],
    [o.heads(), [2, 0, 1, 3]],
  ],
  fill: () => [
    [[SIZES.width], 1.5, 'float32'],
    [[SIZES.width], 3, 'int32'],
  ],
  unitInPlace: (o) => [0, 1].map((axis) => [o.rows(), axis]),
};

/** The first kernel in which two builds do not have the same bits, or that breaks; null where there is none. */
export function firstDifference(candidate: Backend, baseline: Backend): string | null {
  for (const name of Object.keys(CALLS) as KernelName[]) {
    // A definition runs in place of a kernel that there is none of.
    if (!(name in baseline.kernels || name in baseline.fused)) continue;
    const expected = bitsOf(name, baseline);
    let actual: Int32Array[];
    try {
      actual = bitsOf(name, candidate);
    } catch {
      return name;
    }
    if (!expected.every((values, i) => isEqual(values, actual[i]))) return name;
  }
  return placeOfOutside(candidate) === placeOfOutside(baseline) ? null : 'firstOutside';
}

/** Of the indices that `firstOutside` looks at. */
function placeOfOutside(backend: Backend): number | undefined {
  return backend.firstOutside?.(new Operands(backend, SIZES).integers([99], 100), 90, null);
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Of all that a kernel gives back, and of all that it was given, which it may have changed. */
function bitsOf<N extends KernelName>(name: N, backend: Backend): Int32Array[] {
  const operands = new Operands(backend, SIZES);
  const calls: readonly (readonly unknown[])[] = MORE_CALLS[name]?.(operands) ?? [CALLS[name](operands)];
  const table = { ...backend.kernels, ...backend.fused } as Record<string, (...args: unknown[]) => unknown>;
  return calls.flatMap((args) => {
    const results = [table[name](...args)].flat().filter((x) => x !== undefined) as Buffer[];
    const given = args
      .flat()
      .filter(isOperand)
      .map(({ buffer }) => buffer);
    return [...results, ...given].map((buffer) => {
      const { buffer: bytes, byteOffset, length } = backend.readSync!(buffer);
      return new Int32Array(bytes, byteOffset, length);
    });
  });
}

function isOperand(x: unknown): x is Operand {
  return typeof x === 'object' && x !== null && 'buffer' in x;
}

const verdicts = new WeakMap<OpenBuild, Promise<boolean>>();

/** Whether the wide build passes; found out, and told if it does not, once per thread. */
export function isWideSound(open: OpenBuild, warn: Warn): Promise<boolean> {
  const verdict = verdicts.get(open) ?? check(open, warn);
  verdicts.set(open, verdict);
  return verdict;
}

async function check(open: OpenBuild, warn: Warn): Promise<boolean> {
  const fault = await faultOfWide(open);
  if (fault !== null) warn(`wasm: the build wide fails its self-check ${fault}, relaxed-simd runs instead`);
  return fault === null;
}

/** Where it fails, or null. */
async function faultOfWide(open: OpenBuild): Promise<string | null> {
  try {
    const name = firstDifference(await open('wide'), await open('relaxed-simd'));
    return name === null ? null : `in ${name}`;
  } catch (error) {
    return `at its start (${error instanceof Error ? error.message : error})`;
  }
}
