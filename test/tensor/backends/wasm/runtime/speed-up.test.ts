import { describe, expect, it } from 'vitest';
import { bestTimes } from '../../../../../src/tensor/backends/wasm/runtime/speed-up.js';
import { expectClose } from '../../../../helpers/values/close.js';
import { absolute } from '../../../../helpers/values/tolerance.js';

/** A clock that moves only when something runs. */
class Clock {
  time = 0;
  readonly now = () => this.time;

  /** Takes `slow` ms for so many runs and `fast` from then on, and one in `every` is held up by 5. */
  run(slow: number, fast: number, slowRuns: number, every = Infinity) {
    let runs = 0;
    return () => {
      runs++;
      this.time += (runs <= slowRuns ? slow : fast) + (runs % every === 0 ? 5 : 0);
    };
  }
}

const BELIEVABLE = { from: 1.5, to: 3 };

function speedUp(...args: Parameters<typeof bestTimes>): number {
  const { baseline, candidate } = bestTimes(...args);
  return baseline / candidate;
}

describe('bestTimes', () => {
  it('compares what both become, not what they are at first', () => {
    const clock = new Clock();
    const [baseline, candidate] = [clock.run(0.25, 0.04, 20), clock.run(0.3, 0.02, 35)];
    const times = bestTimes(baseline, candidate, BELIEVABLE, clock.now);
    expectClose(times.baseline, 0.04, absolute(5e-7));
    expectClose(times.candidate, 0.02, absolute(5e-7));
    expect(clock.time).toBeLessThan(20);
  });

  it('does not end while one is compiled and the other is not', () => {
    const clock = new Clock();
    const [baseline, candidate] = [clock.run(0.25, 0.04, 200), clock.run(0.3, 0.02, 5)];
    expectClose(speedUp(baseline, candidate, BELIEVABLE, clock.now), 2, absolute(5e-7));
    expect(clock.time).toBeGreaterThan(50);
  });

  it('waits for times that stay, however likely the first ones look', () => {
    const clock = new Clock();
    const [baseline, candidate] = [clock.run(0.25, 0.04, 30), clock.run(0.12, 0.016, 30)];
    expectClose(speedUp(baseline, candidate, BELIEVABLE, clock.now), 2.5, absolute(5e-7));
  });

  it('is not misled by runs that are held up', () => {
    const clock = new Clock();
    const [baseline, candidate] = [clock.run(0.25, 0.04, 10), clock.run(0.3, 0.02, 10, 70)];
    expectClose(speedUp(baseline, candidate, BELIEVABLE, clock.now), 2, absolute(5e-7));
  });

  it('gives up after 80 ms with what it has seen', () => {
    const clock = new Clock();
    expectClose(
      speedUp(clock.run(0.25, 0.04, 20), clock.run(0.3, 0.05, 20), BELIEVABLE, clock.now),
      0.8,
      absolute(5e-7),
    );
    expect(clock.time).toBeGreaterThanOrEqual(80);
    expect(clock.time).toBeLessThan(81);
  });
});
