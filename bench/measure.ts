/** Measures a case on a backend, in Node and in pages alike. */
import { Bench, type FnReturnedObject } from 'tinybench';
import { type Backend, withBackend } from '../src/index.js';
import type { Case } from './cases.js';
import { clockTick, type Run, sampleLength, sampler } from './repeat.js';

/** One measurement; times in milliseconds and of one run, rate in units of work per second. */
export interface Measurement {
  readonly group: string;
  readonly name: string;
  readonly backend: string;
  readonly unit: Case['unit'];
  readonly samples: number;
  /** Runs in one sample, of which it is the mean. */
  readonly repetitions: number;
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly rate: number;
}

/**
 * Prepares a case on `backend`, runs it for about `timeMs` and frees it. `pause` is awaited before every sample and not
 * counted: a page that stands still can paint there.
 */
export async function measure(
  subject: Case,
  backend: Backend,
  timeMs: number,
  pause: () => Promise<void> = async () => {},
): Promise<Measurement> {
  const { group, name, unit, work } = subject;
  const prepared = withBackend(backend, () => subject.prepare());
  const run = finishing(backend, () => withBackend(backend, () => prepared.run()));
  const result = await sample(run, timeMs, pause).finally(() => prepared.dispose());
  const rate = rateOf(work, result.medianMs);
  return { group, name, unit, backend: `${backend.name} ${backend.mode}`, rate, ...result };
}

/**
 * A GPU only takes orders until somebody waits for it. Each run is waited for, not just the last of a sample: how many
 * make a sample depends on the clock and on how fast the backend is, and what counts as a run must not.
 */
function finishing(backend: Backend, run: Run): Run {
  if (backend.finish === undefined) return run;
  return async () => {
    await run();
    await backend.finish?.();
  };
}

async function sample(run: Run, timeMs: number, pause: () => Promise<void>) {
  // Once for the compiler, once to see how long it takes.
  await run();
  await pause();
  const started = performance.now();
  await run();
  // What takes longer than the whole budget (plain loops on large shapes) is sampled once more and no oftener.
  const isSlow = performance.now() - started > timeMs;
  const bench = new Bench({
    iterations: isSlow ? 1 : 5,
    time: isSlow ? 0 : timeMs,
    warmup: !isSlow,
    warmupTime: timeMs / 4,
    retainSamples: false,
    throws: true,
  });
  const take = sampler(run, sampleLength(clockTick()));
  let repetitions = 1;
  const takeOne = async (): Promise<FnReturnedObject> => {
    const taken = await take();
    repetitions = taken.repetitions;
    return {
      overriddenDuration: taken.elapsedMs / repetitions,
      overriddenIterationCost: taken.elapsedMs,
    };
  };
  const [task] = await bench.add('case', takeOne, { async: true, beforeEach: pause }).run();
  const { result } = task;
  if (!('latency' in result)) throw new Error(`the benchmark ended in state ${result.state}`);
  const { p50, min, max, samplesCount } = result.latency;
  return { samples: samplesCount, repetitions, medianMs: p50, minMs: min, maxMs: max };
}

/**
 * Work per second, where `work` takes `ms` milliseconds.
 * @throws RangeError where that is no number above zero: nothing takes no time, so it was not measured.
 */
export function rateOf(work: number, ms: number): number {
  const rate = (work * 1000) / ms;
  if (rate > 0 && rate < Infinity) return rate;
  throw new RangeError(`${work} units of work in ${ms} ms have no rate`);
}

/** The rate in words. */
export function formatRate({ unit, rate }: Measurement): string {
  if (unit === 'FLOP') return `${(rate / 1e9).toFixed(2)} GFLOP/s`;
  if (unit === 'element') return `${(rate / 1e6).toFixed(0)} M elements/s`;
  if (unit === 'op') return `${(1e6 / rate).toFixed(2)} µs per op`;
  return `${rate.toFixed(0)} tokens/s`;
}
