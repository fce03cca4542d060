/** From what a user asks for to a sweep that is ready to go. Everything is checked before anything is written. */
import { trainSettings } from '../../../training/settings/settings.js';
import type { TrainSettings } from '../../../training/settings/train-settings.js';
import { openSetup, type Setup, type SetupRequest } from '../../runs/node/study/setup.js';
import { recipeOf } from '../../runs/recipe.js';
import type { Recipe } from '../../runs/run.js';
import { SweepPlanner } from '../planner.js';
import type { SweepPlan } from '../sweep.js';
import { checkSweep, sweptSettings } from '../sweep-settings.js';

export interface SweepRequest extends SetupRequest {
  readonly preset?: string;
  /** Of nGPT. */
  readonly settings: Partial<TrainSettings>;
  /** Completes what was asked for, when the settings are known. */
  readonly plan: (settings: TrainSettings) => SweepPlan;
}

/** A sweep as far as it can be told without looking into its folder. */
export interface CheckedSweep {
  readonly setup: Setup;
  readonly plan: SweepPlan;
  readonly recipe: Recipe;
}

/** @throws ConfigError or DataError for the first thing that will not do; nothing is written. */
export async function checkSweepRequest(request: SweepRequest): Promise<CheckedSweep> {
  const { settings, preset } = request;
  const complete = trainSettings({ ...settings, arch: 'ngpt' }, preset);
  const recipe = recipeOf(complete);
  const plan = request.plan(complete);
  checkSweep(plan);
  const runs = new SweepPlanner(plan, new Map()).runs();
  const all = runs.map((run) => sweptSettings(run, recipe));
  const { tokenizer, blockSize } = recipe;
  const setup = await openSetup(request, { tokenizer, asked: settings.tokenizer, blockSize }, all);
  return { setup, plan, recipe };
}
