import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attentionBackward } from '../../../../src/autograd/fused-derivatives.js';
import type { Backend, Buffer, Operand } from '../../../../src/tensor/backend.js';
import { tensor } from '../../../../src/tensor/create/create.js';
import { attentionDefinition } from '../../../../src/tensor/ops/fused.js';
import { scope } from '../../../../src/tensor/scope.js';
import type { Shape } from '../../../../src/tensor/shape.js';
import type { Tensor } from '../../../../src/tensor/tensor.js';
import { reference64 } from '../../../helpers/kernels/backends.js';
import { operand, wasmBackends } from '../../../helpers/kernels/wasm.js';
import { axisLength } from '../../../helpers/values/arbitraries.js';
import { expectClose } from '../../../helpers/values/close.js';
import { Draw, seeds } from '../../../helpers/values/draw.js';
import { absolute, type Tolerance } from '../../../helpers/values/tolerance.js';

interface Problem {
  readonly batch: number;
  readonly queries: number;
  readonly past: number;
  readonly heads: number;
  readonly headDim: number;
  readonly scale: number;
}

interface Inputs {
  readonly q: Float32Array;
  readonly k: Float32Array;
  readonly v: Float32Array;
  readonly gradient: Float32Array;
}

const queryShape = (p: Problem): Shape => [p.batch, p.queries, p.heads, p.headDim];
const keyShape = (p: Problem): Shape => [p.batch, p.queries + p.past, p.heads, p.headDim];

function randomInputs(p: Problem, seed: number): Inputs {
  const draw = new Draw(seed);
  const [queries, keys] = [queryShape(p), keyShape(p)];
  return {
    q: draw.uniform(queries),
    k: draw.uniform(keys),
    v: draw.uniform(keys),
    gradient: draw.uniform(queries),
  };
}

/** out, dq, dk, dv by the definitions, in float64. */
function expected(p: Problem, inputs: Inputs): Float64Array[] {
  return scope(() => {
    const on = (values: Float32Array, shape: Shape): Tensor =>
      tensor(values, shape, { backend: reference64 });
    const [q, gradient] = [on(inputs.q, queryShape(p)), on(inputs.gradient, queryShape(p))];
    const [k, v] = [on(inputs.k, keyShape(p)), on(inputs.v, keyShape(p))];
    const results = [
      attentionDefinition(q, k, v, p.scale),
      ...attentionBackward.definition(gradient, q, k, v, p.scale),
    ];
    return results.map((result) => result.dataSync() as Float64Array);
  });
}

/** The same by the fused kernels. */
function actual(backend: Backend, p: Problem, inputs: Inputs): Float32Array[] {
  const q = operand(backend, inputs.q, queryShape(p));
  const gradient = operand(backend, inputs.gradient, queryShape(p));
  const k = operand(backend, inputs.k, keyShape(p));
  const v = operand(backend, inputs.v, keyShape(p));
  const { attention, attentionBackward } = backend.fused;
  const results: Buffer[] = [attention!(q, k, v, p.scale), ...attentionBackward!(gradient, q, k, v, p.scale)];
  const values = results.map((result) => backend.readSync!(result) as Float32Array);
  for (const buffer of [...[q, k, v, gradient].map((x: Operand) => x.buffer), ...results])
    backend.free(buffer);
  return values;
}

/**
 * A score is a sum of headDim products times the scale, and its rounding is the relative error of a weight. The
 * gradients multiply the weights by such sums once more.
 */
function tolerances(p: Problem): { out: Tolerance; gradients: Tolerance } {
  const largestScore = Math.abs(p.scale) * Math.sqrt(p.headDim);
  const weight = 2 ** -24 * (12 + 4 * largestScore);
  return { out: absolute(weight), gradients: absolute(weight * (2 + largestScore)) };
}

function check(backend: Backend, p: Problem, inputs: Inputs): void {
  const got = actual(backend, p, inputs);
  const wanted = expected(p, inputs);
  const { out, gradients } = tolerances(p);
  for (const [i, name] of ['out', 'dq', 'dk', 'dv'].entries()) {
    expectClose(got[i], wanted[i], i === 0 ? out : gradients, name);
  }
}

const problems: fc.Arbitrary<Problem> = fc.record({
  batch: fc.integer({ min: 0, max: 2 }),
  queries: axisLength(40),
  past: fc.oneof(fc.constant(0), axisLength(30)),
  heads: fc.integer({ min: 1, max: 3 }),
  headDim: axisLength(40),
  scale: fc.oneof(fc.constantFrom(0, -1, 1), fc.double({ min: 0.05, max: 6, noNaN: true })),
});

describe.each(wasmBackends)('attention on %s', (_mode, backend) => {
  it('agrees with the definitions, forward and backward, for all shapes', () => {
    fc.assert(
      fc.property(problems, seeds, (p, seed) => check(backend, p, randomInputs(p, seed))),
      { numRuns: 200 },
    );
  });

  // A block is 64 queries: one more, one less, and several with a past.
  it.each([
    [64, 0],
    [63, 0],
    [65, 0],
    [130, 7],
    [1, 200],
    [3, 100],
    [4, 65],
  ])('agrees across block edges: %i queries after %i keys', (queries, past) => {
    const p: Problem = { batch: 2, queries, past, heads: 2, headDim: 24, scale: 0.7 };
    check(backend, p, randomInputs(p, queries));
  });

  it('does not overflow where scores are huge, nor underflow to NaN', () => {
    const p: Problem = { batch: 1, queries: 9, past: 3, heads: 2, headDim: 8, scale: 1 };
    const inputs = randomInputs(p, 5);
    inputs.q.forEach((x, i) => {
      inputs.q[i] = x * 1e4;
    });
    const [out] = actual(backend, p, inputs);
    expectClose(out, expected(p, inputs)[0], absolute(2e-3));
  });

  it('lets no query see the future: neither keys of NaN nor other values there', () => {
    const p: Problem = { batch: 1, queries: 21, past: 2, heads: 1, headDim: 5, scale: 1 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), seeds, (first, seed) => {
        const inputs = randomInputs(p, seed);
        const before = actual(backend, p, inputs)[0];
        inputs.k.fill(Number.NaN, (p.past + first) * p.headDim);
        inputs.v.fill(1e6, (p.past + first) * p.headDim);
        const after = actual(backend, p, inputs)[0];
        const seen = first * p.headDim;
        expect(after.subarray(0, seen)).toEqual(before.subarray(0, seen));
        expect(after.subarray(seen).every(Number.isNaN)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('spreads a NaN in a query over its own row only', () => {
    const p: Problem = { batch: 1, queries: 10, past: 0, heads: 1, headDim: 4, scale: 1 };
    const inputs = randomInputs(p, 1);
    inputs.q[6 * 4 + 1] = Number.NaN;
    const [out] = actual(backend, p, inputs);
    out.forEach((x, i) => {
      expect(Number.isNaN(x)).toBe(Math.floor(i / 4) === 6);
    });
  });

  it('keeps no weights: memory in use is that of its results', () => {
    const p: Problem = { batch: 2, queries: 32, past: 0, heads: 2, headDim: 8, scale: 1 };
    const before = backend.memory();
    actual(backend, p, randomInputs(p, 1));
    expect(backend.memory().buffers).toBe(before.buffers);
    expect(backend.memory().bytes).toBe(before.bytes);
  });
});
