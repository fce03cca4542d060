/** What the runs of a study have in common, and what makes each of them repeat. */
import { entriesOf } from '../../ngpt/config/option.js';
import type { Architecture } from '../../ngpt/index.js';
import { TRAINING_OPTIONS, type TrainSettings } from '../../training/settings/train-settings.js';
import type { Recipe } from './run.js';

/** Settings without those that an architecture does not have. */
export function ownSettings(arch: Architecture, settings: Partial<TrainSettings>): Partial<TrainSettings> {
  const foreign = entriesOf(TRAINING_OPTIONS).filter(
    ([, { only }]) => only !== undefined && only.arch !== arch,
  );
  const names: readonly string[] = foreign.map(([name]) => name);
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name)));
}

/** Settings without those that make one run of many. */
export function recipeOf(settings: TrainSettings): Recipe {
  const { arch: _, maxIters: __, learningRate: ___, seed: ____, batchSeed: _____, ...recipe } = settings;
  // Its length is the budget, and every run of a budget makes all of it on one thread.
  return { ...recipe, threads: 1, maxMinutes: 0, earlyStopping: 0 };
}

/** Far from seeds that people give, since the evaluations of a run draw with its own. */
const BATCHES = 1_000_003;

/** The batches follow from the seed alone, so that they are the same for every model. */
export function seedsOf(seed: number): Pick<TrainSettings, 'seed' | 'batchSeed'> {
  return { seed, batchSeed: (seed + BATCHES) % Number.MAX_SAFE_INTEGER };
}
