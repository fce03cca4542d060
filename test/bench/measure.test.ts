import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { matmulCase } from '../../bench/cases.js';
import { measure, rateOf } from '../../bench/measure.js';
import { type Backend, createBackend } from '../../src/index.js';

afterEach(() => vi.restoreAllMocks());

describe('rateOf', () => {
  it('is work per second', () => {
    expect(rateOf(100, 1000)).toBe(100);
    expect(rateOf(3, 0.5)).toBe(6000);
  });

  it.each([0, -0, -1, NaN, Infinity, Number.MIN_VALUE])('does not exist for %s ms', (ms) => {
    expect(() => rateOf(8192, ms)).toThrow(new RangeError(`8192 units of work in ${ms} ms have no rate`));
  });

  it('is a number above zero or none, for whatever numbers', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (work, ms) => {
        let rate: number;
        try {
          rate = rateOf(work, ms);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(Number.isFinite(rate) && rate > 0).toBe(true);
      }),
    );
  });
});

describe('measure', () => {
  /** Makes the clock go on in steps, as those of some browsers do. */
  function coarsenClock(tickMs: number): void {
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => Math.floor(now() / tickMs) * tickMs);
  }

  it('sees what is shorter than the tick of the clock', async () => {
    const backend = await createBackend('reference');
    coarsenClock(1);
    const { samples, repetitions, minMs, medianMs, maxMs, rate } = await measure(matmulCase(2), backend, 20);
    expect(samples).toBeGreaterThanOrEqual(5);
    // A sample is twenty ticks long.
    expect(minMs * repetitions).toBeGreaterThan(19.9);
    expect(medianMs).toBeLessThan(1);
    expect(maxMs).toBeGreaterThanOrEqual(minMs);
    expect(rate).toBe((2 * 2 ** 3 * 1000) / medianMs);
  });

  it('waits for the device after each run', async () => {
    const reference = await createBackend('reference');
    let [runs, finished] = [0, 0];
    const finish = async () => {
      finished++;
    };
    const backend: Backend = Object.assign(Object.create(reference), { finish });
    const subject = matmulCase(2);
    const counted = () => {
      const prepared = subject.prepare();
      const run = () => {
        expect(finished).toBe(runs++);
        return prepared.run();
      };
      return { ...prepared, run };
    };
    await measure({ ...subject, prepare: counted }, backend, 1);
    expect(runs).toBeGreaterThan(20);
    expect(finished).toBe(runs);
  });
});
