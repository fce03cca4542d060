/** Times what is shorter than the tick of the clock, by doing it many times over. */

/** Something to time; where it returns a promise, it is done when that is. */
export type Run = () => void | Promise<void>;

/** A clock that counts milliseconds. */
export type Clock = () => number;

/** So many runs, one after the other, took so long together. */
export interface Sample {
  readonly repetitions: number;
  readonly elapsedMs: number;
}

// Asked anew each time, for nobody to keep a clock that has been replaced.
const systemClock: Clock = () => performance.now();

/** In a sample of so many ticks, the one that the clock may be wrong by is 5 %. */
const TICKS = 20;
/**
 * However fine the clock, so that asking it counts for nothing. No longer than that: where others want the processor
 * too, a scheduler gives them some milliseconds now and then; the median passes over short samples that were
 * interrupted, but of long ones each is.
 */
const SHORTEST_MS = 0.1;
/** One growth may be an accident of the scheduler, the least of some is the tick. */
const GROWTHS = 5;

/** The step in which a clock goes on, in milliseconds; of a very fine clock, what it takes to ask it twice. */
export function clockTick(clock: Clock = systemClock): number {
  let least = Infinity;
  for (let i = 0; i < GROWTHS; i++) {
    const before = clock();
    let after = clock();
    while (after <= before) after = clock();
    least = Math.min(least, after - before);
  }
  return least;
}

/** How long a sample has to last for a clock of such ticks, in milliseconds. */
export function sampleLength(tickMs: number): number {
  return Math.max(TICKS * tickMs, SHORTEST_MS);
}

/**
 * How many repetitions to try after so many lasted `elapsedMs`, which is less than `wantedMs`: half as many again as
 * seem needed, so that the next sample does not fall short by a hair; at least twice as many, so that some number is
 * enough; at most ten times as many, as few ticks tell little.
 */
export function moreRepetitions(repetitions: number, elapsedMs: number, wantedMs: number): number {
  const needed = (1.5 * wantedMs) / elapsedMs;
  return Math.ceil(repetitions * Math.min(Math.max(needed, 2), 10));
}

/**
 * A function that takes samples of `run`, each of at least `wantedMs`. What falls short, as code may that has become
 * faster since the last sample, is run again with more repetitions; these stay for the samples to come.
 */
export function sampler(run: Run, wantedMs: number, clock: Clock = systemClock): () => Promise<Sample> {
  let repetitions = 1;
  return async () => {
    for (;;) {
      const elapsedMs = await timed(run, repetitions, clock);
      if (elapsedMs >= wantedMs) return { repetitions, elapsedMs };
      repetitions = moreRepetitions(repetitions, elapsedMs, wantedMs);
    }
  };
}

/** How long `repetitions` runs take. Only promises are awaited: a turn of the event loop costs what a small op does. */
async function timed(run: Run, repetitions: number, clock: Clock): Promise<number> {
  const started = clock();
  for (let i = 0; i < repetitions; i++) {
    const pending = run();
    if (pending instanceof Promise) await pending;
  }
  return clock() - started;
}
