import { Bench } from 'tinybench';
import { type Backend, withBackend } from '../src/index.js';
import type { Case } from './cases.js';

/** One measurement; times in milliseconds, rate in units of work per second. */
export interface Measurement {
  readonly group: string;
  readonly name: string;
  readonly backend: string;
  readonly unit: Case['unit'];
  readonly runs: number;
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly rate: number;
}

/**
 * Prepares a case on `backend`, runs it for about `timeMs` and frees it. `pause` is awaited before every run and not
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
  const run = async () => {
    await withBackend(backend, () => prepared.run());
    // A GPU only takes orders until somebody waits for it.
    await backend.finish?.();
  };
  const result = await sample(run, timeMs, pause).finally(() => prepared.dispose());
  const rate = (work * 1000) / result.medianMs;
  return { group, name, unit, backend: `${backend.name} ${backend.mode}`, rate, ...result };
}

async function sample(run: () => Promise<void>, timeMs: number, pause: () => Promise<void>) {
  // Once for the compiler, once to see how long it takes.
  await run();
  await pause();
  const started = performance.now();
  await run();
  // What takes longer than the whole budget (plain loops on large shapes) is run once more and no oftener.
  const isSlow = performance.now() - started > timeMs;
  const bench = new Bench({
    iterations: isSlow ? 1 : 5,
    time: isSlow ? 0 : timeMs,
    warmup: !isSlow,
    warmupTime: timeMs / 4,
    retainSamples: false,
    throws: true,
  });
  const [task] = await bench.add('case', run, { beforeEach: pause }).run();
  const { result } = task;
  if (!('latency' in result)) throw new Error(`the benchmark ended in state ${result.state}`);
  const { p50, min, max, samplesCount } = result.latency;
  return { runs: samplesCount, medianMs: p50, minMs: min, maxMs: max };
}

/** The rate in words. */
export function formatRate({ unit, rate }: Measurement): string {
  if (unit === 'FLOP') return `${(rate / 1e9).toFixed(2)} GFLOP/s`;
  if (unit === 'element') return `${(rate / 1e6).toFixed(0)} M elements/s`;
  if (unit === 'op') return `${(1e6 / rate).toFixed(2)} µs per op`;
  return `${rate.toFixed(0)} tokens/s`;
}
