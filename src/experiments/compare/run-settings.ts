/** From recipes to the settings of a run. */

import { entriesOf } from '../../ngpt/config/option.js';
import type { Architecture } from '../../ngpt/index.js';
import { requirePositive, requireWhole } from '../../tensor/checks.js';
import { ConfigError } from '../../tensor/index.js';
import { checkSettings, requireOwnSettings, trainSettings } from '../../training/settings/settings.js';
import { TRAINING_OPTIONS, type TrainSettings } from '../../training/settings/train-settings.js';
import { changesOf } from './ablations.js';
import type { ByArchitecture, ComparePlan, Recipe } from './comparison.js';
import type { RunSpec } from './plan.js';

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
  const batchSeed = (seed + BATCHES) % Number.MAX_SAFE_INTEGER;
  return checkSettings({ ...recipe, warmupIters, arch, maxIters: budget, learningRate, seed, batchSeed });
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
export function checkPlan({ budgets, learningRates, seeds }: ComparePlan): void {
  const isShared = learningRates.ngpt === learningRates.gpt;
  for (const arch of ['ngpt', 'gpt'] as const) {
    requireBudgets(arch === 'gpt' ? 'gptBudgets' : 'budgets', budgets[arch]);
    requireRates(isShared ? 'learningRates' : `${arch}LearningRates`, learningRates[arch]);
  }
  for (const seed of seeds) TRAINING_OPTIONS.seed.check('seed', seed);
}

/** @throws ConfigError that calls them `name`, unless they are whole numbers from 1 that ascend. */
export function requireBudgets(name: string, budgets: readonly number[]): void {
  requireAscending(name, budgets);
  for (const budget of budgets) requireWhole(name, budget, 1);
}

/** @throws ConfigError that calls them `name`, unless they are learning rates above 0 that ascend. */
export function requireRates(name: string, rates: readonly number[]): void {
  requireAscending(name, rates);
  for (const rate of rates) requirePositive(name, rate);
}

function requireAscending(name: string, values: readonly number[]): void {
  if (values.length === 0) throw new ConfigError(`${name} has no value`, { settings: [name] });
  for (let i = 1; i < values.length; i++) {
    if (values[i] === values[i - 1]) throw refusal(name, `has ${values[i]} twice`, values);
    if (!(values[i] > values[i - 1])) throw refusal(name, 'must ascend', values);
  }
}

function refusal(name: string, what: string, values: readonly number[]): ConfigError {
  return new ConfigError(`${name} ${what}, got ${values.join()}`, { settings: [name] });
}
