import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Clock, clockTick, moreRepetitions, sampleLength, sampler } from '../../bench/repeat.js';
import { expectClose } from '../helpers/values/close.js';
import { absolute, relative } from '../helpers/values/tolerance.js';

/** A clock that only goes on when told to, in steps of `tickMs`. */
function coarseClock(tickMs: number) {
  let ms = 0;
  const pass = (duration: number) => {
    ms += duration;
  };
  return { pass, clock: (() => Math.floor(ms / tickMs) * tickMs) satisfies Clock };
}

const ticks = fc.constantFrom(0.000001, 0.005, 0.1, 1, 1000 / 60, 100);

describe('clockTick', () => {
  it('finds the step of a clock that is cheap to ask', () => {
    fc.assert(
      fc.property(ticks, fc.double({ min: 0.01, max: 0.9, noNaN: true }), (tickMs, cost) => {
        const { pass, clock } = coarseClock(tickMs);
        const asked = () => {
          pass(cost * tickMs);
          return clock();
        };
        expectClose(clockTick(asked) / tickMs, 1, absolute(5e-7));
      }),
    );
  });

  it('is what asking takes, where that is more than a step', () => {
    const { pass, clock } = coarseClock(0.000001);
    const asked = () => {
      pass(0.00004);
      return clock();
    };
    expectClose(clockTick(asked), 0.00004, absolute(5e-9));
  });

  it('is a time on this machine', () => {
    const tick = clockTick();
    expect(tick).toBeGreaterThan(0);
    expect(tick).toBeLessThan(1000);
  });
});

describe('sampleLength', () => {
  it('is twenty ticks, and a tenth of a millisecond however fine the clock', () => {
    expect(sampleLength(1)).toBe(20);
    expect(sampleLength(0.000001)).toBe(0.1);
  });
});

describe('moreRepetitions', () => {
  it('grows at least twofold and at most tenfold', () => {
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), share, (repetitions, share) => {
        const more = moreRepetitions(repetitions, 20 * share, 20);
        expect(Number.isInteger(more)).toBe(true);
        expect(more).toBeGreaterThanOrEqual(2 * repetitions);
        expect(more).toBeLessThanOrEqual(10 * repetitions);
      }),
    );
  });
});

describe('sampler', () => {
  // From a thousandth of a tick to a whole sample and more.
  const shares = fc.double({ min: 0.001, max: 50, noNaN: true });

  it('measures a run to 5 %, whatever the tick', async () => {
    await fc.assert(
      fc.asyncProperty(ticks, shares, async (tickMs, share) => {
        const { pass, clock } = coarseClock(tickMs);
        const take = sampler(() => pass(share * tickMs), 20 * tickMs, clock);
        for (let i = 0; i < 3; i++) {
          const { repetitions, elapsedMs } = await take();
          expect(elapsedMs).toBeGreaterThanOrEqual(20 * tickMs);
          expectClose(elapsedMs / repetitions, share * tickMs, relative(0.0501, 0));
        }
      }),
    );
  });

  it('takes no sample that is too short, though the run becomes faster', async () => {
    const { pass, clock } = coarseClock(1);
    let calls = 0;
    const take = sampler(() => pass(calls++ < 100 ? 1 : 0.001), 20, clock);
    for (let i = 0; i < 20; i++) expect((await take()).elapsedMs).toBeGreaterThanOrEqual(20);
  });

  it('waits for each run before the next, and counts the waiting', async () => {
    const { pass, clock } = coarseClock(1);
    let running = false;
    const work = async () => {
      await Promise.resolve();
      pass(3);
      running = false;
    };
    const run = () => {
      if (running) throw new Error('the run before is not done');
      running = true;
      return work();
    };
    const { repetitions, elapsedMs } = await sampler(run, 20, clock)();
    expect(repetitions).toBeGreaterThan(1);
    expect(elapsedMs).toBe(3 * repetitions);
  });

  it('fails with the run', async () => {
    const take = sampler(() => Promise.reject(new Error('lost')), 20);
    await expect(take()).rejects.toThrow('lost');
  });
});
