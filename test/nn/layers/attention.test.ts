import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CausalSelfAttention, initialise, Rotary } from '../../../src/nn/index.js';
import { ConfigError, Generator, tensor, withBackend } from '../../../src/tensor/index.js';
import { backends, reference64, toleranceOf } from '../../helpers/kernels/backends.js';
import { expectClose } from '../../helpers/values/close.js';
import { Draw } from '../../helpers/values/draw.js';
import { dot, matvec, rowsOf, softmax } from '../../helpers/values/plain.js';

type Turn = (x: number[], position: number) => number[];

/** One sequence of vectors through attention, head by head, in plain numbers. */
function attend(
  x: number[][],
  weights: ArrayLike<number>[],
  heads: number,
  scale: number,
  turn: Turn,
): number[] {
  const [query, key, value, projection] = weights;
  const width = x[0].length / heads;
  const part = (row: number[], head: number) => row.slice(head * width, (head + 1) * width);
  return x.flatMap((row, t) => {
    const joined = Array.from({ length: heads }, (_, head) => {
      const q = turn(part(matvec(query, row), head), t);
      const past = x.slice(0, t + 1);
      const scores = past.map((other, s) => scale * dot(q, turn(part(matvec(key, other), head), s)));
      const shares = softmax(scores);
      const values = past.map((other) => part(matvec(value, other), head));
      return q.map((_q, i) =>
        dot(
          shares,
          values.map((v) => v[i]),
        ),
      );
    });
    return matvec(projection, joined.flat());
  });
}

/** RoFormer's rotation of one head. */
const rotate: Turn = (x, position) =>
  x.map((value, j) => {
    const angle = position * 10000 ** ((-2 * Math.floor(j / 2)) / x.length);
    const partner = j % 2 === 0 ? -x[j + 1] : x[j - 1];
    return value * Math.cos(angle) + partner * Math.sin(angle);
  });

const cases = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  length: fc.integer({ min: 1, max: 6 }),
  heads: fc.integer({ min: 1, max: 3 }),
  pairs: fc.integer({ min: 1, max: 2 }),
  scale: fc.option(fc.double({ min: 0, max: 3, noNaN: true }), { nil: undefined }),
  rotary: fc.boolean(),
  seed: fc.nat(1000),
});

describe.each(backends)('CausalSelfAttention on %s', (_, backend) => {
  it('is its formula, with and without positions, 1/√headDim by default', () => {
    fc.assert(
      fc.property(cases, ({ batch, length, heads, pairs, scale, rotary, seed }) => {
        withBackend(backend, () => {
          const [headDim, width] = [2 * pairs, 2 * pairs * heads];
          const layer = new CausalSelfAttention(width, heads, new Generator(seed), {
            scale,
            rotary: rotary ? new Rotary(length, headDim) : null,
          });
          const x = [...new Draw(seed + 1).numbers([batch * length * width], Math.fround)];
          const y = layer.forward(tensor(x, [batch, length, width]));
          expect(y.shape).toEqual([batch, length, width]);
          const weights = layer.parameters().map((p) => p.dataSync());
          const turn: Turn = rotary ? rotate : (row) => row;
          const sequences = rowsOf(x, length * width).map((sequence) => rowsOf(sequence, width));
          const wanted = sequences.flatMap((rows) =>
            attend(rows, weights, heads, scale ?? 1 / Math.sqrt(headDim), turn),
          );
          expectClose(y.dataSync(), wanted, toleranceOf(backend));
        });
      }),
      { numRuns: 40 },
    );
  });

  it('never looks ahead: what comes later changes nothing before it', () => {
    withBackend(backend, () => {
      const layer = new CausalSelfAttention(4, 2, new Generator(1), { rotary: new Rotary(5, 2) });
      const x = [...new Draw(2).numbers([20], Math.fround)];
      const changed = x.map((value, i) => (i < 12 ? value : value + 100));
      const [first, second] = [x, changed].map((values) =>
        layer.forward(tensor(values, [1, 5, 4])).dataSync(),
      );
      expect(first.slice(0, 12)).toEqual(second.slice(0, 12));
      expect(first.slice(12)).not.toEqual(second.slice(12));
    });
  });
});

describe('construction', () => {
  it('has the names of the checkpoints, without those of the rotary table, and initialises as told', () => {
    withBackend(reference64, () => {
      const layer = new CausalSelfAttention(4, 2, new Generator(0), {
        rotary: new Rotary(3, 2),
        initialiser: initialise.ones(),
        projectionInitialiser: initialise.zeros(),
      });
      expect(layer.namedParameters().map(([name, p]) => [name, ...p.shape, p.sum().itemSync()])).toEqual([
        ['query.weight', 4, 4, 16],
        ['key.weight', 4, 4, 16],
        ['value.weight', 4, 4, 16],
        ['att_c_proj.weight', 4, 4, 0],
      ]);
    });
  });

  it('refuses heads that do not divide the size', () => {
    withBackend(reference64, () => {
      for (const [size, heads] of [
        [4, 3],
        [4, 0],
        [4, 8],
        [4, -2],
        [0, 2],
      ]) {
        expect(() => new CausalSelfAttention(size, heads, new Generator(0))).toThrow(ConfigError);
      }
    });
  });
});
