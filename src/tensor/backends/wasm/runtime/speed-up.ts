/** How much faster one function is than another, once an engine has compiled both as well as it can. */

/** A busy machine may take its time to compile. */
const LIMIT_MS = 80;
/** So many turns without a better time, and the compiler is done. */
const CALM = 40;
/** What counts as a better time; the last few percent take long to find. */
const BETTER = 0.9;

class Stopwatch {
  best = Infinity;
  /** Runs since the last one that was clearly faster than all before. */
  calm = 0;
  private record = Infinity;

  constructor(
    private readonly run: () => void,
    private readonly now: () => number,
  ) {}

  take(): void {
    const started = this.now();
    this.run();
    const elapsed = this.now() - started;
    this.best = Math.min(this.best, elapsed);
    this.calm++;
    if (elapsed >= BETTER * this.record) return;
    this.record = elapsed;
    this.calm = 0;
  }
}

/** Best times, in ms. */
export interface Times {
  readonly baseline: number;
  readonly candidate: number;
}

/**
 * Runs both in turn for at most 80 ms and returns their best times. Ends as soon as both keep them and the ratio, that of
 * `baseline` over that of `candidate`, lies in `believable`: beyond it one of them is not yet what it will be.
 */
export function bestTimes(
  baseline: () => void,
  candidate: () => void,
  believable: { readonly from: number; readonly to: number },
  now: () => number = () => performance.now(),
): Times {
  const [slow, fast] = [new Stopwatch(baseline, now), new Stopwatch(candidate, now)];
  const end = now() + LIMIT_MS;
  do {
    slow.take();
    fast.take();
    const ratio = slow.best / fast.best;
    const isBelieved = believable.from <= ratio && ratio <= believable.to;
    if (Math.min(slow.calm, fast.calm) >= CALM && isBelieved) break;
  } while (now() < end);
  return { baseline: slow.best, candidate: fast.best };
}
