import { describe, expect, it } from 'vitest';
import {
  bernoulli,
  ConfigError,
  createBackend,
  DTypeError,
  Generator,
  permutation,
  randint,
  ShapeError,
  withBackend,
} from '../../../src/index.js';
import { backends } from '../../helpers/kernels/backends.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { absolute, EXACT } from '../../helpers/values/tolerance.js';

const MAKERS = {
  randint: (generator: Generator) => randint(generator, -5, 20, [3, 4]),
  permutation: (generator: Generator) => permutation(generator, 12),
  bernoulli: (generator: Generator) => bernoulli(generator, 0.5, [3, 4]),
};

describe.each(Object.entries(MAKERS))('%s', (name, make) => {
  it('draws the same from the same seed on every backend, and goes on from there', async () => {
    const gpu = ['gpu', await createBackend('gpu', { mode: 'cpu' })] as const;
    const [first, ...others] = [...backends, gpu].map(([, backend]) =>
      withBackend(backend, () => {
        const generator = new Generator(7);
        return [make(generator), make(generator)];
      }),
    );
    for (const drawn of others) {
      for (const [i, x] of drawn.entries()) expectClose(x, first[i], EXACT);
    }
    expect([...first[0].dataSync()]).not.toEqual([...first[1].dataSync()]);
    expect(first[0].dtype).toBe(name === 'bernoulli' ? 'float64' : 'int32');
  });
});

describe('random tensors', () => {
  const [, backend] = backends[0];

  it('randint draws from low to below high, all of them', () => {
    property((draw) => {
      const [low, count] = [draw.integer(-1000, 1000), draw.integer(1, 5)];
      const x = withBackend(backend, () =>
        randint(new Generator(draw.integer(0, 1e6)), low, low + count, [20, 10]),
      );
      expect(x.shape).toEqual([20, 10]);
      const wanted = Array.from({ length: count }, (_, i) => low + i);
      expect([...new Set(x.dataSync())].sort((a, b) => a - b)).toEqual(wanted);
    });
  });

  it('randint reaches both ends of int32', () => {
    const x = randint(new Generator(1), -(2 ** 31), 2 ** 31, [100_000], { backend });
    const values = Array.from(x.dataSync());
    const share = values.filter((value) => value < 0).length / values.length;
    expectClose(share, 0.5, absolute(0.01));
    expect(values.reduce((a, b) => Math.max(a, b))).toBeGreaterThan(2 ** 31 - 2 ** 18);
  });

  it('permutation has each number once', () => {
    property((draw) => {
      const length = draw.length();
      const x = permutation(new Generator(draw.integer(0, 1e6)), length, { backend });
      expect([...x.dataSync()].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
    });
  });

  it.each([0, 0.1, 0.75, 1])('bernoulli has 1 with the probability %d', (p) => {
    const values = Array.from(bernoulli(new Generator(3), p, [100, 1000], { backend }).dataSync());
    expect(values.every((value) => value === 0 || value === 1)).toBe(true);
    expectClose(values.reduce((a, b) => a + b) / 1e5, p, absolute(p % 1 === 0 ? 0 : 0.005));
  });

  it('says what does not fit', () => {
    const generator = new Generator(1);
    for (const [low, high] of [
      [0, 0],
      [3, 2],
      [0.5, 2],
      [0, NaN],
      [0, 2 ** 32 + 1],
    ]) {
      expect(() => randint(generator, low, high, [1], { backend })).toThrow(ConfigError);
      expect(() => randint(generator, low, high, [1], { backend })).toThrow(
        `randint: wants whole numbers, the upper one above the lower one and excluded, at most 2³² apart, got ${low} and ${high}`,
      );
    }
    expect(() => randint(generator, 2 ** 31, 2 ** 31 + 1, [1], { backend })).toThrow(DTypeError);
    expect(() => permutation(generator, -1, { backend })).toThrow(ShapeError);
    for (const p of [-0.1, 1.1, NaN]) {
      expect(() => bernoulli(generator, p, [1], { backend })).toThrow(
        `bernoulli: p must be from 0 to 1, got ${p}`,
      );
    }
  });
});
