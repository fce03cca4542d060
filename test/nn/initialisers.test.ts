import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as initialise from '../../src/nn/initialisers.js';
import { Generator, ShapeError, type Tensor, withBackend } from '../../src/tensor/index.js';
import { backends, reference64 } from '../helpers/kernels/backends.js';
import { expectClose, expectEach } from '../helpers/values/close.js';
import { absolute, relative } from '../helpers/values/tolerance.js';

function values(initialiser: initialise.Initialiser, shape: readonly number[], seed = 1): number[] {
  const made = withBackend(reference64, () => initialiser(shape, new Generator(seed)));
  expect(made.shape).toEqual(shape);
  return [...made.dataSync()];
}

function moments(numbers: readonly number[]): { mean: number; std: number } {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length;
  return { mean, std: Math.sqrt(variance) };
}

const fanIn = 100;
const fanOut = 300;
const weight = [fanOut, fanIn] as const;

describe('distributions', () => {
  // 30,000 values: the mean is within 5 standard errors, the standard deviation within 3 %
  it.each([
    ['normal', initialise.normal(), 0, 1],
    ['normal with mean and std', initialise.normal({ mean: 3, std: 0.5 }), 3, 0.5],
    ['uniform', initialise.uniform(), 0.5, 1 / Math.sqrt(12)],
    ['uniform from −2 to 4', initialise.uniform({ low: -2, high: 4 }), 1, 6 / Math.sqrt(12)],
    ['xavierNormal', initialise.xavierNormal(), 0, Math.sqrt(2 / 400)],
    ['xavierUniform, gain 3', initialise.xavierUniform({ gain: 3 }), 0, 3 * Math.sqrt(2 / 400)],
    ['kaimingNormal', initialise.kaimingNormal(), 0, Math.sqrt(2 / 100)],
    ['kaimingNormal, out', initialise.kaimingNormal({ mode: 'out' }), 0, Math.sqrt(2 / 300)],
    ['kaimingUniform, gain 1', initialise.kaimingUniform({ gain: 1 }), 0, 1 / 10],
    ['kaimingUniform, out', initialise.kaimingUniform({ mode: 'out' }), 0, Math.sqrt(2 / 300)],
  ])('%s has its mean and standard deviation', (_, initialiser, mean, std) => {
    const found = moments(values(initialiser, weight));
    expectClose(found.mean, mean, absolute((5 * std) / Math.sqrt(fanIn * fanOut)));
    expectClose(found.std, std, relative(0.03, 0));
  });

  it('uniform ones stay inside their bounds and come near them', () => {
    const bound = Math.sqrt(6 / (fanIn + fanOut));
    const found = values(initialise.xavierUniform(), weight);
    expect(Math.max(...found.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(Math.min(...found)).toBeLessThan(-0.99 * bound);
    expect(Math.max(...found)).toBeGreaterThan(0.99 * bound);
  });

  it('constants are constant', () => {
    expect(values(initialise.zeros(), [2, 2])).toEqual([0, 0, 0, 0]);
    expect(values(initialise.ones(), [3])).toEqual([1, 1, 1]);
    expect(values(initialise.constant(-0.25), [1, 2])).toEqual([-0.25, -0.25]);
  });

  it('depend on the generator alone', () => {
    const initialiser = initialise.kaimingNormal();
    expect(values(initialiser, [3, 2], 5)).toEqual(values(initialiser, [3, 2], 5));
    expect(values(initialiser, [3, 2], 5)).not.toEqual(values(initialiser, [3, 2], 6));
  });

  it.each([
    initialise.xavierNormal(),
    initialise.xavierUniform(),
    initialise.kaimingNormal(),
    initialise.kaimingUniform(),
  ])('refuses a shape without fans', (initialiser) => {
    expect(() => values(initialiser, [4])).toThrow(ShapeError);
    expect(() => values(initialiser, [4])).toThrow(/\[out, in\].*\[4\]/);
  });
});

describe.each(backends)('unitVectors on %s', (_, backend) => {
  it('has vectors of length 1 along its axis and no other', () => {
    const shape = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(shape, fc.constantFrom(0, 1, -1, -2), fc.nat(1000), (rows, axis, seed) => {
        const made: Tensor = withBackend(backend, () =>
          initialise.unitVectors(axis, initialise.normal({ std: 0.02 }))(rows, new Generator(seed)),
        );
        const squares = made.square().sum(axis).dataSync();
        expectEach(squares, 1, absolute(5e-6));
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the directions it is given', () => {
    const direction = initialise.constant(-3);
    const made = withBackend(backend, () => initialise.unitVectors(0, direction)([4, 2], new Generator(0)));
    expect([...made.dataSync()]).toEqual(new Array(8).fill(-0.5));
  });
});
