/** From recipes to the settings of a run. */

import type { Architecture } from '../../ngpt/index.js';
import { ConfigError } from '../../tensor/index.js';
import { checkSettings, requireOwnSettings, trainSettings } from '../../training/settings/settings.js';
import { TRAINING_OPTIONS, type TrainSettings } from '../../training/settings/train-settings.js';
import { requireBudgets, requireRates } from '../runs/lists.js';
import { ownSettings, seedsOf } from '../runs/recipe.js';
import type { ByArchitecture, Recipe, RunSpec } from '../runs/run.js';
import { changesOf } from './ablations.js';
import type { ComparePlan } from './comparison.js';

/** Settings for both architectures, and those that win over them for one. */
export interface AskedSettings {
  readonly both: Partial<TrainSettings>;
  readonly own: ByArchitecture<Partial<TrainSettings>>;
}

/** What is asked for on top of a preset. What one architecture does not have passes the other by. */
export function settingsFor(
  arch: Architecture,
  { both, own }: AskedSettings,
  preset?: string,
): TrainSettings {
  requireOwnSettings(own[arch], arch);
  return trainSettings({ ...ownSettings(arch, both), ...own[arch], arch }, preset);
}

/**
 * What a run trains with. The batches follow from the seed alone, so that they are the same for both architectures and for
 * every ablation. @throws ConfigError where they do not fit together.
 */
export function runSettings(
  { arch, variant, budget, learningRate, seed }: RunSpec,
  recipes: ByArchitecture<Recipe>,
  scaleWarmup: boolean,
): TrainSettings {
  const changes = variant === null ? {} : changesOf(variant, recipes, budget);
  const recipe = { ...recipes[arch], ...changes };
  const longest = scaleWarmup ? Math.floor(budget / 10) : recipe.warmupIters;
  const warmupIters = Math.min(recipe.warmupIters, longest);
  requireWarmupFits(arch, warmupIters, budget);
  return checkSettings({ ...recipe, warmupIters, arch, maxIters: budget, learningRate, ...seedsOf(seed) });
}

function requireWarmupFits(arch: Architecture, warmupIters: number, budget: number): void {
  if (warmupIters < budget) return;
  throw new ConfigError(
    `the warm-up of ${arch}, ${warmupIters} steps, does not fit a budget of ${budget} steps: give larger budgets, ` +
      `a shorter warm-up, or scaleWarmup, which takes a tenth of the budget at most`,
    { settings: ['budgets', 'scaleWarmup'] },
  );
}

/** Every value of a plan by itself. @throws ConfigError for the first that will not do. */
export function checkPlan({ budgets, learningRates, ablationLearningRates, seeds }: ComparePlan): void {
  const isShared = learningRates.ngpt === learningRates.gpt;
  for (const arch of ['ngpt', 'gpt'] as const) {
    requireBudgets(arch === 'gpt' ? 'gptBudgets' : 'budgets', budgets[arch]);
    requireRates(isShared ? 'learningRates' : `${arch}LearningRates`, learningRates[arch]);
  }
  if (ablationLearningRates !== null) requireRates('ablationLearningRates', ablationLearningRates);
  for (const seed of seeds) TRAINING_OPTIONS.seed.check('seed', seed);
}
