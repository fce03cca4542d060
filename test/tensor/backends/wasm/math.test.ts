import { describe, expect, it } from 'vitest';
import type { Backend, BinaryOp, UnaryOp } from '../../../../src/tensor/backend.js';
import { Generator } from '../../../../src/tensor/create/random.js';
import {
  BINARY,
  binaryOps,
  COMPARE,
  compareOps,
  UNARY,
  unaryOps,
} from '../../../helpers/kernels/elementwise.js';
import { operand, wasmBackends } from '../../../helpers/kernels/wasm.js';
import { ulp } from '../../../helpers/values/tolerance.js';

/** Mantissas tried for each of the 512 combinations of sign and exponent. */
const MANTISSAS = 192;

const SPECIAL = [
  ...[0, -0, 1, -1, 0.5, -0.5, 2, -2, 10, -10],
  ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
  // The smallest and largest floats, subnormal and normal.
  ...[2 ** -149, -(2 ** -149), 2 ** -126, -(2 ** -126), 3.4028235e38, -3.4028235e38],
  // Where exp overflows, turns subnormal and vanishes.
  ...[88.72283, 88.72284, -87.33655, -103.97208, -103.97209, -104, 89, -30],
  // Where log counts one more to the exponent, at √½ and √2, and the float before.
  ...[Math.SQRT1_2, Math.SQRT1_2 - 2 ** -24, Math.SQRT2, Math.SQRT2 - 2 ** -23],
  // Where tanh, atan, erf and log1p change their formula, where the sine changes its reduction.
  ...[10, 0.41421357, -0.29289323, -0.2928932, 2.4142137, 0.92499995, 0.925, 4, 1048576, -1048576, 1048577],
  // Floats that lie exceptionally close to multiples of π/2.
  ...[Math.PI, Math.PI / 2, 355, 710 * Math.PI, 16367173 * 2 ** 72],
];

/** Every exponent and sign with random mantissas (NaN payloads included), then the special values. */
function sweep(): Float32Array {
  const bits = new Uint32Array(512 * MANTISSAS + SPECIAL.length);
  const generator = new Generator(12345);
  for (let i = 0; i < 512 * MANTISSAS; i++) bits[i] = ((i % 512) << 23) | (generator.bits() >>> 9);
  const values = new Float32Array(bits.buffer);
  values.set(SPECIAL, 512 * MANTISSAS);
  return values;
}

/** Even steps over the range in which a function is neither 0, 1 nor ∞: a sweep of exponents is coarse there. */
function steps(low: number, high: number): Float32Array {
  const count = 60_001;
  return Float32Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

/**
 * Units in the last place between a result and the float nearest to the exact one; ∞ for a wrong kind of number. Apart
 * from what `expectClose` compares: the sign of zero counts, and the largest float is next to ∞.
 */
function error(actual: number, exact: number): number {
  const nearest = Math.fround(exact);
  if (Object.is(actual, nearest)) return 0;
  if (!Number.isFinite(actual) || !Number.isFinite(nearest)) return distanceAtOverflow(actual, nearest);
  if (actual === 0 && nearest === 0) return Number.POSITIVE_INFINITY; // the sign of zero
  return Math.abs(actual - nearest) / ulp(nearest);
}

/** The largest float may stand for ∞ and ∞ for it; nothing else may stand for ∞ or NaN. */
function distanceAtOverflow(actual: number, nearest: number): number {
  const bits = new Int32Array(Float32Array.of(actual, nearest).buffer);
  return Number.isNaN(actual) || Number.isNaN(nearest)
    ? Number.POSITIVE_INFINITY
    : Math.abs(bits[0] - bits[1]);
}

function worst(actual: ArrayLike<number>, exact: (i: number) => number, input: (i: number) => unknown) {
  let largest = { error: -1, input: undefined as unknown, actual: Number.NaN, exact: Number.NaN };
  for (let i = 0; i < actual.length; i++) {
    const off = error(actual[i], exact(i));
    if (off > largest.error) largest = { error: off, input: input(i), actual: actual[i], exact: exact(i) };
  }
  return largest;
}

/** SHOW_WORST=1 prints the worst errors, for the message of a commit. */
function expectWithin(what: string, found: ReturnType<typeof worst>, ulps: number): void {
  if (process.env.SHOW_WORST)
    console.log(
      `${what}: ${found.error.toFixed(2)} units in the last place at ${found.input}, ${ulps} allowed`,
    );
  expect(found).toSatisfy(({ error }: typeof found) => error <= ulps);
}

function worstOf(backend: Backend, op: UnaryOp, f: (x: number) => number, x: Float32Array) {
  const input = operand(backend, x, [x.length]);
  const result = backend.kernels.unary(op, input);
  const actual = backend.readSync!(result);
  backend.free(input.buffer);
  backend.free(result);
  return worst(
    actual,
    (i) => f(x[i]),
    (i) => x[i],
  );
}

describe.each(wasmBackends)('vector maths, %s', (mode, backend) => {
  const everything = sweep();

  it.each(unaryOps)('%s keeps to its tolerance over all of float32', (op) => {
    const { value, range, wasm } = UNARY[op];
    for (const x of [everything, steps(...range)]) {
      expectWithin(`${op}, ${mode}`, worstOf(backend, op, value, x), wasm.ulps);
    }
  });

  it.each(unaryOps)('%s gives an element the same value whatever its neighbours are', (op) => {
    const x = Float32Array.from({ length: 37 }, (_, i) => (i % 3 === 0 ? 1e30 : Math.sin(i) * 50));
    const together = backend.readSync!(backend.kernels.unary(op, operand(backend, x, [37])));
    const apart = Array.from(x, (value) => {
      const single = operand(backend, Float32Array.of(value), [1]);
      return backend.readSync!(backend.kernels.unary(op, single))[0];
    });
    expect(Array.from(together)).toEqual(apart);
  });
});

describe.each(wasmBackends)('maths of two operands, %s', (mode, backend) => {
  const bases = [...SPECIAL, 3, -3, 1.5, -1.5, 1e-20, -1e20, 0.99999994, 1.0000001];
  const exponents = [...SPECIAL, 3, -3, 4, 1 / 3, -1 / 3, 7.5, 16777215, 16777216, -16777217, 1e-20];
  const a = Float32Array.from(bases.flatMap((base) => exponents.map(() => base)));
  const b = Float32Array.from(bases.flatMap(() => exponents));

  function worstPair(op: BinaryOp, a: Float32Array, b: Float32Array) {
    const shape = [a.length];
    const result = backend.kernels.binary(op, operand(backend, a, shape), operand(backend, b, shape), shape);
    return worst(
      backend.readSync!(result),
      (i) => BINARY[op].value(a[i], b[i]),
      (i) => [a[i], b[i]],
    );
  }

  it.each(binaryOps)('%s keeps to its tolerance in every special case', (op) => {
    expectWithin(`${op}, ${mode}`, worstPair(op, a, b), BINARY[op].wasm.ulps);
  });

  it.each(binaryOps)('%s keeps to its tolerance on random pairs', (op) => {
    const x = steps(0.001, 1000);
    const y = Float32Array.from(x, (_, i) => Math.cos(i) * 20);
    expectWithin(`${op}, ${mode}`, worstPair(op, x, y), BINARY[op].wasm.ulps);
  });

  it.each(compareOps)('%s is right in every special case', (op) => {
    const shape = [a.length];
    const result = backend.kernels.compare(op, operand(backend, a, shape), operand(backend, b, shape), shape);
    expect(Array.from(backend.readSync!(result))).toEqual(
      Array.from(a, (x, i) => Number(COMPARE[op](x, b[i]))),
    );
  });
});
