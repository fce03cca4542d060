import { describe, expect, it } from 'vitest';
import {
  attention,
  attentionWeights,
  crossEntropyRows,
  type FusedKernels,
  init,
  liveBuffers,
  logSoftmax,
  rmsNorm,
  rope,
  scaledSwiglu,
  softmax,
  sphereStep,
  swiglu,
  type Tensor,
  tensor,
  unit,
} from '../../../src/index.js';
import type { Derivative } from '../../helpers/kernels/fused-cases.js';
import { expectClose } from '../../helpers/values/close.js';
import { property, type TensorDraw } from '../../helpers/values/draw.js';
import { Grid, type Meanings } from '../../helpers/values/grid.js';
import { softmax as probabilities } from '../../helpers/values/plain.js';
import { EXACT, relative } from '../../helpers/values/tolerance.js';

await init('reference', { dtype: 'float64' });

const TOLERANCE = relative(1e-13);

/** The rows of x along its last axis, each turned into another. */
function byRow(x: Tensor, f: (row: number[], index: number[]) => number[]): Grid {
  const grid = Grid.of(x);
  const outer = x.shape.slice(0, -1);
  const width = x.shape[x.rank - 1];
  const rows: number[][] = [];
  Grid.fill(outer, (index) => {
    const row = Array.from({ length: width }, (_, i) => grid.at([...index, i]));
    rows.push(f(row, index));
    return 0;
  });
  return new Grid([...outer, rows[0]?.length ?? width], rows.flat());
}

const someRows = (draw: TensorDraw, width = draw.length()): Tensor =>
  draw.values([...draw.shape(2, 1), width]);
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
/** Math.hypot neither overflows nor underflows. */
const direction = (row: readonly number[]): number[] => row.map((x) => x / (Math.hypot(...row) || 1));

/** Kernels of derivatives, and of ops in place, which `inplace.test` has. */
type Others = Derivative | 'sumSquares' | 'adamStepInPlace' | 'unitInPlace';

describe('fused ops', () => {
  /** For every other fused kernel; the compiler refuses the list when one is missing. */
  const MEANINGS: Meanings<Exclude<keyof FusedKernels, Others>> = {
    // Rows of any length; zero is left alone.
    unit(draw) {
      const x = someRows(draw);
      const scaled = x.mul(draw.pick(0, 1e-300, 1e-160, 1, 1e160, 1e300));
      expectClose(unit(scaled), byRow(scaled, direction), TOLERANCE);
    },
    rmsNorm(draw) {
      const x = someRows(draw);
      const weight = draw.values([x.shape[x.rank - 1]]);
      const scale = Grid.of(weight);
      const epsilon = draw.pick(1e-6, 0.5);
      const wanted = byRow(x, (row) => {
        const root = Math.sqrt(total(row.map((value) => value * value)) / row.length + epsilon);
        return row.map((value, i) => (value / root) * scale.at([i]));
      });
      expectClose(rmsNorm(x, weight, epsilon), wanted, TOLERANCE);
    },
    softmax(draw) {
      const x = someRows(draw);
      expectClose(softmax(x), byRow(x, probabilities), TOLERANCE);
      // A common shift changes nothing, even one whose exponential is infinite or 0.
      const shift = draw.pick(1024, -1024);
      expectClose(softmax(x.add(shift)), byRow(x, probabilities), relative(1e-11));
    },
    logSoftmax(draw) {
      const x = someRows(draw);
      expectClose(
        logSoftmax(x),
        byRow(x, (row) => probabilities(row).map(Math.log)),
        TOLERANCE,
      );
    },
    // The surprise at the target, and 0 where it is ignored.
    crossEntropy(draw) {
      const logits = draw.values([draw.length(), draw.length(1)]);
      const [count, classes] = logits.shape;
      const ignoreIndex = draw.pick(-1, -100, 0);
      const drawn = draw.integers([count], classes, -1).map((at) => (at < 0 ? ignoreIndex : at));
      const losses = byRow(logits, (row, [i]) => [
        drawn[i] === ignoreIndex ? 0 : -Math.log(probabilities(row)[drawn[i]]),
      ]);
      const rows = crossEntropyRows(logits, tensor(drawn, [count]), ignoreIndex);
      expectClose(rows, new Grid([count], losses.values), TOLERANCE);
    },
    // The first half times the silu of the second.
    swiglu(draw) {
      const x = someRows(draw, 2 * draw.length());
      const half = x.shape[x.rank - 1] / 2;
      const wanted = byRow(x, (row) =>
        row.slice(0, half).map((u, i) => (u * row[half + i]) / (1 + Math.exp(-row[half + i]))),
      );
      expectClose(swiglu(x), wanted, TOLERANCE);
    },
    // Each half with scales of its own.
    scaledSwiglu(draw) {
      const x = someRows(draw, 2 * draw.length());
      const half = x.shape[x.rank - 1] / 2;
      const scale = draw.values([2 * half]);
      const by = Grid.of(scale);
      const wanted = byRow(x, (row) => {
        const scaled = row.map((value, i) => value * by.at([i]));
        return scaled
          .slice(0, half)
          .map((u, i) => (u * scaled[half + i]) / (1 + Math.exp(-scaled[half + i])));
      });
      expectClose(scaledSwiglu(x, scale), wanted, TOLERANCE);
    },
    // |alpha| of the way to the target and back onto the sphere.
    sphereStep(draw) {
      const h = someRows(draw);
      const target = draw.values(h.shape);
      const alpha = draw.values(h.shape.slice(-1));
      const [to, rate] = [Grid.of(target), Grid.of(alpha)];
      const wanted = byRow(h, (row, index) =>
        direction(row.map((x, i) => x + Math.abs(rate.at([i])) * (to.at([...index, i]) - x))),
      );
      // Where the two nearly cancel, what is left has lost some digits.
      expectClose(sphereStep(h, target, alpha), wanted, relative(1e-10));
    },
    // Each pair is multiplied by the matrix of its position, or by the transposed one.
    rope(draw) {
      const [length, headDim, offset] = [draw.length(), 2 * draw.integer(1, 4), draw.integer(0, 3)];
      const x = draw.values([draw.integer(1, 2), length, draw.integer(1, 3), headDim]);
      const table = draw.values([2, offset + length + draw.integer(0, 2), headDim]);
      const [grid, matrices] = [Grid.of(x), Grid.of(table)];
      for (const transposed of [false, true]) {
        const wanted = Grid.fill(x.shape, ([b, t, h, i]) => {
          const partner = i % 2 === 0 ? i + 1 : i - 1;
          const position = offset + t;
          // Off the diagonal, row i of the matrix stands at i; row i of the transposed one at its partner.
          const cross = matrices.at([1, position, transposed ? partner : i]);
          return matrices.at([0, position, i]) * grid.at([b, t, h, i]) + cross * grid.at([b, t, h, partner]);
        });
        expectClose(rope(x, table, offset, transposed), wanted, TOLERANCE);
      }
    },
    // Values of the past, weighted by the softmax of the scaled products.
    attention(draw) {
      const [batch, heads, size] = [draw.integer(1, 2), draw.integer(1, 3), draw.integer(1, 5)];
      const queries = draw.integer(0, 5);
      const keys = queries + draw.integer(queries === 0 ? 1 : 0, 3);
      const scale = draw.pick(0.5, 1, 3);
      const [q, k, v] = [queries, keys, keys].map((length) => draw.values([batch, length, heads, size]));
      const [query, key, value] = [q, k, v].map(Grid.of);
      const wanted = Grid.fill(q.shape, ([b, t, h, i]) => {
        const seen = Array.from({ length: keys - queries + t + 1 }, (_, s) => s);
        const scores = seen.map((s) => {
          const products = Array.from(
            { length: size },
            (_, j) => query.at([b, t, h, j]) * key.at([b, s, h, j]),
          );
          return scale * total(products);
        });
        const weights = probabilities(scores);
        return total(seen.map((s) => weights[s] * value.at([b, s, h, i])));
      });
      expectClose(attention(q, k, v, scale), wanted, TOLERANCE);
    },
  };
  it.each(Object.entries(MEANINGS))('%s', (_, check) => property(check));

  it('rope turns forwards, from the first position on, unless told otherwise', () => {
    const [x, table] = [tensor([1, 0], [1, 1, 1, 2]), tensor([1, 1, 0.5, -0.25], [2, 1, 2])];
    expectClose(rope(x, table).dataSync(), rope(x, table, 0, false).dataSync(), EXACT);
    expect(rope(x, table).dataSync()).not.toEqual(rope(x, table, 0, true).dataSync());
  });

  it('unit works along any axis', () => {
    property((draw) => {
      const x = draw.values([...draw.shape(3, 1), draw.integer(1, 3)]);
      const axis = draw.integer(0, x.rank - 1);
      const grid = Grid.of(x);
      const wanted = Grid.fill(x.shape, (index) => {
        const along = Array.from({ length: x.shape[axis] }, (_, i) => grid.at(index.with(axis, i)));
        return grid.at(index) / Math.hypot(...along);
      });
      expectClose(unit(x, draw.pick(axis, axis - x.rank)), wanted, TOLERANCE);
    });
  });

  it('shows its weights: a row of probabilities for each query, none of it in the future', () => {
    property((draw) => {
      const [batch, heads, size] = [draw.integer(1, 2), draw.integer(1, 3), draw.integer(1, 5)];
      const queries = draw.integer(0, 5);
      const keys = queries + draw.integer(queries === 0 ? 1 : 0, 3);
      const [q, k, v] = [queries, keys, keys].map((length) => draw.values([batch, heads, length, size]));
      const before = liveBuffers();
      const weights = attentionWeights(q, k, 1.5);
      expect(liveBuffers()).toBe(before + 1);
      expect(weights.shape).toEqual([batch, heads, queries, keys]);
      const ones = Grid.fill([batch, heads, queries], () => 1);
      expectClose(weights.sum(-1), ones, TOLERANCE);
      const grid = Grid.of(weights);
      Grid.fill(weights.shape, (index) => {
        const isSeen = index[3] <= keys - queries + index[2];
        expect(grid.at(index) > 0).toBe(isSeen);
        return 0;
      });
      const [x, y, z] = [q, k, v].map((tensor) => tensor.transpose(1, 2));
      expectClose(weights.matmul(v).transpose(1, 2), Grid.of(attention(x, y, z, 1.5)), TOLERANCE);
    });
  });

  it.each([
    ['softmax', softmax],
    ['logSoftmax', logSoftmax],
  ] as const)('%s works along any axis', (_, f) => {
    property((draw) => {
      const shape = [...draw.shape(3, 1), draw.integer(1, 3)];
      const axis = draw.integer(0, shape.length - 1);
      const x = draw.values(shape);
      const wanted = Grid.of(f(x.transpose(axis, -1)).transpose(axis, -1));
      const before = liveBuffers();
      const found = f(x, draw.pick(axis, axis - shape.length));
      expect(liveBuffers()).toBe(before + 1);
      expectClose(found, wanted, EXACT);
    });
    const columns = tensor([
      [0, 1],
      [0, 1],
    ]);
    expectClose(
      f(columns, 0).exp(),
      f(tensor([0, 0]))
        .exp()
        .broadcastTo([2, 2]),
      TOLERANCE,
    );
  });

  it('take rows of one, of none and of infinities', () => {
    expect(Array.from(unit(tensor([3, -4])).dataSync())).toEqual([0.6, -0.8]);
    expect(Array.from(unit(tensor([-7])).dataSync())).toEqual([-1]);
    expect(unit(tensor([[], []])).shape).toEqual([2, 0]);
    expect(Array.from(softmax(tensor([-Infinity, 0, 0])).dataSync())).toEqual([0, 0.5, 0.5]);
    expect(Array.from(logSoftmax(tensor([-1000, 0])).dataSync())).toEqual([-1000, 0]);
    expect(Array.from(softmax(tensor([Number.NaN, 0])).dataSync())).toEqual([Number.NaN, Number.NaN]);
    expect(softmax(tensor([[], []])).shape).toEqual([2, 0]);
    const sure = crossEntropyRows(tensor([[0, -Infinity]]), tensor(Int32Array.of(1)));
    expect(sure.dataSync()).toEqual(Float64Array.of(Infinity));
  });
});
