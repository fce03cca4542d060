/** Chooses how a batch is worked through, so that it fits into memory. Explained in docs/memory.md. */
import type { ModelConfig } from '../../ngpt/index.js';
import { ConfigError } from '../../tensor/index.js';
import { estimateMemory, type MemoryPlan, planOf, type StepPlan } from './estimate-memory.js';
import { matrixParameters } from './size.js';
import type { TrainSettings } from './train-settings.js';

/** Settings with nothing about memory left to choose. */
export type FittedSettings = TrainSettings & StepPlan;

const GiB = 2 ** 30;
/** Batches are split until a thread takes no more: smaller parts would only be slower. */
const COMFORTABLE = 2 * GiB;
/** Of WebAssembly's 4 GiB; estimates are right to a tenth. */
const MOST = 3.6 * GiB;

/**
 * What is null in the settings, chosen: the whole batch at once if that takes 2 GiB at most, else as many parts as that
 * asks for, else as many as there can be; and blocks are recomputed only where nothing else fits.
 * @throws ConfigError when what was asked for does not fit, saying what would.
 */
export function fitMemory(settings: TrainSettings, config: ModelConfig): FittedSettings {
  const { gradAccumulation, recompute } = settings;
  const plan = choose(settings, config);
  if (plan !== null) return { ...settings, threads: planOf(settings).threads, ...plan };
  const open = { ...settings, gradAccumulation: null, recompute: null };
  const instead = choose(open, config);
  if (instead === null) throw tooLarge(settings, config);
  const { threads } = planOf(settings);
  const asked = {
    gradAccumulation: gradAccumulation ?? mostParts(settings),
    recompute: recompute ?? true,
    threads,
  };
  throw new ConfigError(
    `a step takes ${gibibytes(estimateMemory(config, settings, asked))} GiB a thread with ${told(asked)}, ` +
      `more than ${gibibytes(MOST)} of the 4 GiB of WebAssembly; ${told(instead)} would fit, and is chosen where neither is given`,
    { settings: ['gradAccumulation', 'recompute'] },
  );
}

/** That a resumed run works through its batches in another way than it did; null where it does not. */
export function changedPlan(before: TrainSettings, now: FittedSettings): string | null {
  const [then, since] = [told(planOf(before)), told(now)];
  return then === since ? null : `batches are worked through with ${since} now, before it was ${then}`;
}

function choose(settings: TrainSettings, config: ModelConfig): MemoryPlan | null {
  const { threads } = planOf(settings);
  const fits = (plan: MemoryPlan, limit: number) =>
    estimateMemory(config, settings, { ...plan, threads }) <= limit;
  for (const recompute of settings.recompute === null ? [false, true] : [settings.recompute]) {
    const plans = partCounts(settings).map((gradAccumulation) => ({ gradAccumulation, recompute }));
    const found = plans.find((plan) => fits(plan, COMFORTABLE)) ?? plans.find((plan) => fits(plan, MOST));
    if (found !== undefined) return found;
  }
  return null;
}

/** Powers of two, and one for each block of a thread's share at last. */
function partCounts(settings: TrainSettings): number[] {
  if (settings.gradAccumulation !== null) return [settings.gradAccumulation];
  const most = mostParts(settings);
  const powers = Array.from({ length: 32 }, (_, i) => 2 ** i);
  return [...powers.filter((parts) => parts < most), most];
}

/** Every thread has a block for each part. */
function mostParts(settings: TrainSettings): number {
  return Math.floor(settings.batchSize / planOf(settings).threads);
}

/** For what does not fit one block at a time, recomputed. */
function tooLarge(settings: TrainSettings, config: ModelConfig): ConfigError {
  const least = { ...planOf(settings), gradAccumulation: mostParts(settings), recompute: true };
  const needs = (blockSize: number) => estimateMemory({ ...config, blockSize }, settings, least);
  if (needs(1) > MOST) {
    const millions = Math.round(matrixParameters(config) / 1e6).toLocaleString('en');
    return new ConfigError(
      `a model of ${millions} million parameters needs ${gibibytes(needs(1))} GiB to train, more than ${gibibytes(MOST)} ` +
        'of the 4 GiB of WebAssembly; use fewer layers or a smaller nEmbd, or train it elsewhere (docs/scale-out.md)',
      { settings: ['nEmbd'] },
    );
  }
  let [fits, not] = [1, config.blockSize];
  while (not - fits > 1) {
    const middle = Math.floor((fits + not) / 2);
    if (needs(middle) <= MOST) fits = middle;
    else not = middle;
  }
  return new ConfigError(
    `blocks of ${config.blockSize} tokens need ${gibibytes(needs(config.blockSize))} GiB one at a time, more than ` +
      `${gibibytes(MOST)} of the 4 GiB of WebAssembly; a blockSize of ${fits} would fit`,
    { settings: ['blockSize'] },
  );
}

function told({ gradAccumulation, recompute }: MemoryPlan): string {
  return `gradAccumulation ${gradAccumulation} ${recompute ? 'and' : 'without'} recompute`;
}

function gibibytes(bytes: number): string {
  return (bytes / GiB).toLocaleString('en', { maximumFractionDigits: 1 });
}
