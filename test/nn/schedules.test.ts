import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  constantSchedule,
  cosineSchedule,
  linearSchedule,
  logarithmicSchedule,
} from '../../src/nn/schedules.js';
import { ConfigError } from '../../src/tensor/errors.js';
import { expectClose } from '../helpers/values/close.js';
import { absolute } from '../helpers/values/tolerance.js';

/** nanoGPT's get_lr, line by line (train.py). */
function getLr(
  it: number,
  learningRate: number,
  warmupIters: number,
  lrDecayIters: number,
  minLr: number,
): number {
  if (it < warmupIters) return (learningRate * (it + 1)) / (warmupIters + 1);
  if (it > lrDecayIters) return minLr;
  const decayRatio = (it - warmupIters) / (lrDecayIters - warmupIters);
  const coefficient = 0.5 * (1.0 + Math.cos(Math.PI * decayRatio));
  return minLr + coefficient * (learningRate - minLr);
}

const rate = fc.double({ min: 0, max: 10, noNaN: true });

describe('cosineSchedule', () => {
  it("is nanoGPT's get_lr", () => {
    fc.assert(
      fc.property(
        rate,
        rate,
        fc.nat(50),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(400),
        (learningRate, minLearningRate, warmupSteps, decaySteps, step) => {
          const totalSteps = warmupSteps + decaySteps;
          const schedule = cosineSchedule({ learningRate, minLearningRate, warmupSteps, totalSteps });
          expect(schedule(step)).toBe(getLr(step, learningRate, warmupSteps, totalSteps, minLearningRate));
        },
      ),
    );
  });

  it('starts at the full rate without a warm-up and is at its minimum from totalSteps on', () => {
    const schedule = cosineSchedule({ learningRate: 0.01, totalSteps: 100 });
    expect(schedule(0)).toBe(0.01);
    expectClose(schedule(50), 0.005, absolute(5e-13));
    expect([100, 101, 1e9].map(schedule)).toEqual([0, 0, 0]);
  });

  it('rises to the full rate, reached at the first step after the warm-up, and never rises again', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(60), (warmupSteps, decaySteps) => {
        const totalSteps = warmupSteps + decaySteps;
        const schedule = cosineSchedule({ learningRate: 1, minLearningRate: 0.1, warmupSteps, totalSteps });
        for (let step = 0; step + 1 < warmupSteps; step++)
          expect(schedule(step)).toBeLessThan(schedule(step + 1));
        if (warmupSteps > 0) expect(schedule(warmupSteps - 1)).toBeLessThan(1);
        expect(schedule(warmupSteps)).toBe(decaySteps === 0 ? 0.1 : 1);
        for (let step = warmupSteps; step < totalSteps + 3; step++) {
          expect(schedule(step + 1)).toBeLessThanOrEqual(schedule(step));
        }
      }),
    );
  });

  it.each([
    ['no steps at all', { warmupSteps: 0, totalSteps: 0 }, [0.2, 0.2]],
    ['a warm-up that takes all the steps', { warmupSteps: 1, totalSteps: 1 }, [0.5, 0.2]],
    ['a warm-up longer than the run', { warmupSteps: 3, totalSteps: 1 }, [0.25, 0.5, 0.75, 0.2]],
  ])('is a number with %s', (_, steps, rates) => {
    const schedule = cosineSchedule({ learningRate: 1, minLearningRate: 0.2, ...steps });
    expect(rates.map((_rate, step) => schedule(step))).toEqual(rates);
  });

  it.each([
    [{ learningRate: -1, totalSteps: 1 }, /learningRate.*-1/],
    [{ learningRate: Number.NaN, totalSteps: 1 }, /learningRate.*NaN/],
    [{ learningRate: 1, minLearningRate: -0.1, totalSteps: 1 }, /minLearningRate.*-0.1/],
    [{ learningRate: 1, totalSteps: 1.5 }, /totalSteps.*1.5/],
    [{ learningRate: 1, totalSteps: 5, warmupSteps: -2 }, /warmupSteps.*-2/],
  ])('refuses %o', (options, message) => {
    expect(() => cosineSchedule(options)).toThrow(ConfigError);
    expect(() => cosineSchedule(options)).toThrow(message);
  });
});

describe.each([
  ['linear', linearSchedule, (r: number) => 1 - r],
  ['logarithmic', logarithmicSchedule, (r: number) => 1 - Math.log(1 + 10 * r) / Math.log(11)],
] as const)('the %s schedule', (_, make, weight) => {
  it('is its formula between the warm-up and the end, from the rate itself to the minimum', () => {
    fc.assert(
      fc.property(rate, rate, fc.nat(50), fc.integer({ min: 1, max: 200 }), fc.nat(400), (...drawn) => {
        const [learningRate, minLearningRate, warmupSteps, decaySteps, step] = drawn;
        const totalSteps = warmupSteps + decaySteps;
        const schedule = make({ learningRate, minLearningRate, warmupSteps, totalSteps });
        const part = Math.min(1, Math.max(0, (step - warmupSteps) / decaySteps));
        const decayed = minLearningRate + weight(part) * (learningRate - minLearningRate);
        const warming = (learningRate * (step + 1)) / (warmupSteps + 1);
        expectClose(schedule(step), step < warmupSteps ? warming : decayed, absolute(1e-13));
        expectClose(schedule(warmupSteps), learningRate, absolute(1e-14));
        expect([totalSteps, totalSteps + 1, 1e9].map(schedule)).toEqual(Array(3).fill(minLearningRate));
      }),
    );
  });

  it('is a number where the warm-up takes all the steps, or there are none', () => {
    const given = { learningRate: 1, minLearningRate: 0.2 };
    expect([0, 1].map(make({ ...given, warmupSteps: 1, totalSteps: 1 }))).toEqual([0.5, 0.2]);
    expect(make({ ...given, totalSteps: 0 })(0)).toBe(0.2);
  });
});

describe('logarithmicSchedule', () => {
  it('falls faster at first the smaller its curvature, towards a straight line as it grows', () => {
    const at = (step: number, curvature: number) =>
      logarithmicSchedule({ learningRate: 1, totalSteps: 100, curvature })(step);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.double({ min: 1e-3, max: 100, noNaN: true }),
        (...drawn) => {
          const [step, curvature] = drawn;
          expect(at(step, curvature)).toBeLessThan(at(step, 2 * curvature));
          expect(at(step, curvature)).toBeLessThan(1 - step / 100);
        },
      ),
    );
    expectClose(at(30, 1e9), 0.7, absolute(1e-8));
  });

  it.each([0, -1, Number.NaN])('refuses a curvature of %s', (curvature) => {
    expect(() => logarithmicSchedule({ learningRate: 1, totalSteps: 1, curvature })).toThrow(/curvature/);
  });
});

describe('constantSchedule', () => {
  it('is the same rate always', () => {
    const schedule = constantSchedule({ learningRate: 0.3 });
    expect([0, 1, 1e6].map(schedule)).toEqual([0.3, 0.3, 0.3]);
  });

  it('warms up as the cosine one does', () => {
    const schedule = constantSchedule({ learningRate: 1, warmupSteps: 3 });
    expect([0, 1, 2, 3, 4].map(schedule)).toEqual([0.25, 0.5, 0.75, 1, 1]);
  });

  it('refuses a negative warm-up', () => {
    expect(() => constantSchedule({ learningRate: 1, warmupSteps: -1 })).toThrow(ConfigError);
  });
});
