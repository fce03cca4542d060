import { describe, expect, it } from 'vitest';
import type { Backend, Buffer, Operand } from '../../../../src/tensor/backend.js';
import type { Shape } from '../../../../src/tensor/shape.js';
import { operand, wasmBackends } from '../../../helpers/kernels/wasm.js';
import { expectClose, expectEach } from '../../../helpers/values/close.js';
import { Draw } from '../../../helpers/values/draw.js';
import { dot } from '../../../helpers/values/plain.js';
import { absolute, relative } from '../../../helpers/values/tolerance.js';

function scaled(x: Float32Array, factor: number): Float32Array {
  return x.map((value) => value * factor);
}

function row(x: Float32Array, index: number, width: number): Float32Array {
  return x.subarray(index * width, (index + 1) * width);
}

function column(x: Float32Array, index: number, width: number): Float32Array {
  return x.filter((_, i) => i % width === index);
}

/** What a kernel gave, taken off the device. */
function take(backend: Backend, buffer: Buffer): Float32Array {
  const values = backend.readSync!(buffer) as Float32Array;
  backend.free(buffer);
  return values;
}

/** Lengths from the smallest subnormal to just below overflow. */
const SCALES = [1e-44, 1e-38, 1e-30, 1e-20, 1e-3, 1, 1e3, 1e20, 1e30, 1e37];

describe.each(wasmBackends)('accuracy of sums, %s', (_, backend) => {
  const { kernels, fused } = backend;
  const million = Float32Array.from({ length: 1_000_000 }, () => 0.1);
  const total = million[0] * 1_000_000;

  const shapes: readonly (readonly [Shape, readonly number[]])[] = [
    [[1_000_000], [0]],
    [
      [1000, 1000],
      [0, 1],
    ],
    [[250_000, 4], [0]],
    [[100, 10_000], [0]],
    [[100, 10_000], [1]],
    [[10, 10_000, 10], [1]],
    [
      [10, 100, 1000],
      [0, 2],
    ],
  ];

  it.each(shapes)('a million times 0.1 in %j over axes %j', (shape, axes) => {
    const sums = take(backend, kernels.sum(operand(backend, million, shape), axes));
    expectEach(sums, total / sums.length, relative(1e-7, 0));
  });

  it.each([false, true])('running sums of a million times 0.1, reverse %s', (reverse) => {
    for (const shape of [
      [1_000_000, 1],
      [1000, 1000],
    ]) {
      const sums = take(backend, kernels.cumsum(operand(backend, million, shape), 0, reverse));
      const [length, inner] = shape;
      const wrong = sums.findIndex((sum, i) => {
        const row = Math.floor(i / inner);
        const expected = million[0] * (reverse ? length - row : row + 1);
        return !(Math.abs(sum - expected) <= 1e-7 * expected);
      });
      expect(wrong).toBe(-1);
    }
  });

  it.each([1, 3, 600])('adds a great many rows of %i to one', (width) => {
    const count = Math.max(5000, Math.floor(1_000_000 / width));
    // Every hundredth goes to another row, now and then to none.
    const rowOf = (i: number) => (i % 100 !== 7 ? 1 : i % 300 === 7 ? -1 : 2);
    const indices = Int32Array.from({ length: count }, (_, i) => rowOf(i));
    const at = operand(backend, indices, [count]);
    const updates = Float32Array.from({ length: count * width }, (_, i) => 0.1 * ((i % width) + 1));
    const sums = take(backend, kernels.scatterAdd(at, operand(backend, updates, [count, width]), 4));
    for (let row = 0; row < 4; row++) {
      const terms = indices.filter((index) => index === row).length;
      for (let column = 0; column < width; column++) {
        const exact = terms * updates[column];
        // Sums of floats where there are few.
        const bound = terms > 4096 ? 1e-7 : 1e-4;
        expectClose(sums[row * width + column], exact, relative(bound, 0));
      }
    }
  });

  it.each([4096, 4097, 20_000])('adds %i rows as float32 does where none has too many', (count) => {
    const draw = new Draw(count);
    const [rows, width] = [7, 5];
    const indices = Int32Array.from(draw.integers([count], rows + 1, -1), (row) =>
      row === 0 && count === 4097 ? 1 : row,
    );
    const updates = Float32Array.from(draw.numbers([count, width]));
    const expected = new Float32Array(rows * width);
    indices.forEach((row, i) => {
      if (row < 0 || row >= rows) return;
      for (let j = 0; j < width; j++) expected[row * width + j] += updates[i * width + j];
    });
    const [at, from] = [operand(backend, indices, [count]), operand(backend, updates, [count, width])];
    expect(take(backend, kernels.scatterAdd(at, from, rows))).toEqual(expected);
  });

  it('does not overflow on the way to a finite sum', () => {
    const x = Float32Array.of(3e38, 3e38, -3e38, -3e38, 1, 0, 0, 0, 0, 0);
    expect(take(backend, kernels.sum(operand(backend, x, [10]), [0]))[0]).toBe(1);
    expect(take(backend, kernels.sum(operand(backend, x, [10, 1]), [0]))[0]).toBe(1);
    expect(take(backend, kernels.cumsum(operand(backend, x, [10]), 0, false))[9]).toBe(1);
  });

  it('sums the squares of a million floats, and of tiny ones', () => {
    const sum = take(backend, fused.sumSquares!(operand(backend, million, [1_000_000])))[0];
    expectClose(sum, total * million[0], relative(1e-7, 0));
    const tiny = scaled(new Draw(3).uniform([1001]), 1e-18);
    const small = take(backend, fused.sumSquares!(operand(backend, tiny, [1001])))[0];
    expectClose(small, dot(tiny, tiny), relative(1e-7, 0));
  });
});

describe.each(wasmBackends)('accuracy on the sphere, %s', (_, backend) => {
  const { fused } = backend;
  const widths = [1, 2, 3, 4, 5, 7, 8, 32, 128, 1031];

  function expectUnit(vector: Float32Array): void {
    expectClose(Math.sqrt(dot(vector, vector)), 1, absolute(1e-6));
  }

  it.each(widths)('unit rows of %i have length 1 at every scale', (width) => {
    for (const scale of SCALES) {
      const x = scaled(new Draw(width).uniform([3 * width]), scale);
      const y = take(backend, fused.unit!(operand(backend, x, [3, width])));
      for (let i = 0; i < 3; i++)
        if (dot(row(x, i, width), row(x, i, width)) > 0) expectUnit(row(y, i, width));
    }
  });

  it.each(widths)('unitInPlace does the same to %i columns', (width) => {
    for (const scale of SCALES) {
      const x = operand(backend, scaled(new Draw(width).uniform([64 * width]), scale), [64, width]);
      fused.unitInPlace!(x, 0);
      const y = take(backend, x.buffer);
      for (let i = 0; i < Math.min(width, 40); i++) expectUnit(column(y, i, width));
    }
  });

  it('unitInPlace works along a middle axis, with more columns than one strip', () => {
    const [outer, length, inner] = [3, 5, 1030];
    const x = operand(backend, new Draw(9).uniform([outer * length * inner]), [outer, length, inner]);
    fused.unitInPlace!(x, 1);
    const y = take(backend, x.buffer);
    for (let i = 0; i < outer; i++) {
      const block = row(y, i, length * inner);
      for (const at of [0, 511, 512, 1023, 1024, 1029]) expectUnit(column(block, at, inner));
    }
  });

  it('leaves zero rows zero, and turns rows with an infinity or NaN into NaN', () => {
    const x = Float32Array.of(0, -0, 0, 3, 0, -4, Number.POSITIVE_INFINITY, 1, 2, 1, Number.NaN, 2);
    const y = take(backend, fused.unit!(operand(backend, x, [4, 3])));
    expect(Array.from(y.subarray(0, 3), Math.abs)).toEqual([0, 0, 0]);
    expectClose(y.subarray(3, 6), [0.6, 0, -0.8], absolute(6e-8));
    expect(Array.from(y.subarray(6))).toEqual(new Array(6).fill(Number.NaN));
  });

  it.each(widths)('unitBackward is exact to float32 on rows of %i at every scale', (width) => {
    for (const scale of SCALES) {
      const x = scaled(new Draw(width).uniform([width]), scale);
      const g = scaled(new Draw(width + 1).uniform([width]), Math.min(scale, 1));
      const dx = take(
        backend,
        fused.unitBackward!(operand(backend, g, [width]), operand(backend, x, [width])),
      );
      const length = Math.sqrt(dot(x, x)) || 1;
      const along = dot(x, g) / length;
      const size = Math.sqrt(dot(g, g)) / length;
      const expected = Array.from(g, (value, i) => (value - (x[i] / length) * along) / length);
      expectClose(dx, expected, absolute(3e-7 * size + 2 ** -149));
    }
  });

  it('adds the gradient of alpha up over many rows', () => {
    const [rows, width] = [20_000, 5];
    const values = [1, 2, 3].map((seed) => new Draw(seed).uniform([rows * width]));
    const alpha = Float32Array.of(0.3, -0.2, 0, 1e-3, 2);
    const [g, h, target] = values.map((x): Operand => operand(backend, x, [rows, width]));
    const gradients = fused.sphereStepBackward!(g, h, target, operand(backend, alpha, [width]));
    const [, , dAlpha] = gradients.map((buffer) => take(backend, buffer));
    const expected = alphaGradient(values, alpha, rows, width);
    for (let i = 0; i < width; i++) {
      expectClose(dAlpha[i], expected.sum[i], absolute(2e-7 * expected.size[i]));
    }
  });
});

/** In float64: the gradient of alpha, and the sum of the sizes of its terms, to judge errors by. */
function alphaGradient(values: readonly Float32Array[], alpha: Float32Array, rows: number, width: number) {
  const sum = new Float64Array(width);
  const size = new Float64Array(width);
  for (let r = 0; r < rows; r++) {
    const [g, h, target] = values.map((x) => row(x, r, width));
    const x = Array.from(h, (value, i) => value + Math.abs(alpha[i]) * (target[i] - value));
    const length = Math.sqrt(dot(x, x));
    const along = dot(x, g) / length;
    for (let i = 0; i < width; i++) {
      const term = ((g[i] - (x[i] / length) * along) / length) * (target[i] - h[i]) * Math.sign(alpha[i]);
      sum[i] += term;
      size[i] += Math.abs(term);
    }
  }
  return { sum, size };
}

describe.each(wasmBackends)('accuracy of softmax, %s', (_, backend) => {
  const { fused } = backend;
  const vocabulary = 50_257;

  it('adds up to 1 over a large vocabulary, with logits of any size', () => {
    for (const scale of [0, 1e-3, 10, 1e4, 1e38]) {
      const x = operand(backend, scaled(new Draw(5).uniform([vocabulary]), scale), [1, vocabulary]);
      const sum = take(backend, fused.softmax!(x)).reduce((a, b) => a + b, 0);
      expectClose(sum, 1, absolute(1e-6));
    }
  });

  it('gives losses to the last digits', () => {
    const logits = scaled(new Draw(6).uniform([2 * vocabulary]), 8);
    const targets = Int32Array.of(17, vocabulary - 1);
    const x = operand(backend, logits, [2, vocabulary]);
    const losses = take(backend, fused.crossEntropy!(x, operand(backend, targets, [2]), -1));
    targets.forEach((target, i) => {
      const values = row(logits, i, vocabulary);
      const sum = values.reduce((total, value) => total + Math.exp(value), 0);
      expectClose(losses[i], Math.log(sum) - values[target], relative(1e-6, 0));
    });
  });
});
