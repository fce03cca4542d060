/** From what a user asks for to a comparison that is ready to go. Everything is checked before anything is written. */

import { ConfigError } from '../../../tensor/index.js';
import { openSetup, type Setup, type SetupRequest } from '../../runs/node/study/setup.js';
import { recipeOf } from '../../runs/recipe.js';
import { type ByArchitecture, isDecided, type Recipe, type RunSpec } from '../../runs/run.js';
import { changesNothing } from '../ablations.js';
import type { ComparePlan } from '../comparison.js';
import { plannerOf } from '../findings.js';
import { type AskedSettings, checkPlan, runSettings, settingsFor } from '../run-settings.js';

export interface CompareRequest extends SetupRequest {
  readonly preset?: string;
  readonly settings: AskedSettings;
  /** Completes what was asked for, when the recipes are known. */
  readonly plan: (settings: ByArchitecture<Defaults>) => ComparePlan;
}

/** What a preset says of a single run. */
export interface Defaults {
  readonly maxIters: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** A comparison as far as it can be told without looking into its folder. */
export interface CheckedComparison {
  readonly setup: Setup;
  readonly plan: ComparePlan;
  readonly recipes: ByArchitecture<Recipe>;
}

/** @throws ConfigError or DataError for the first thing that will not do; nothing is written. */
export async function checkComparison(request: CompareRequest): Promise<CheckedComparison> {
  const { settings, preset } = request;
  const complete = {
    ngpt: settingsFor('ngpt', settings, preset),
    gpt: settingsFor('gpt', settings, preset),
  };
  const recipes = { ngpt: recipeOf(complete.ngpt), gpt: recipeOf(complete.gpt) };
  const asked = request.plan(complete);
  checkPlan(asked);
  const plan = { ...asked, ablations: effective(asked, recipes) };
  for (const run of firstRuns(plan)) runSettings(run, recipes, plan.scaleWarmup);
  requireOneTokenizer(recipes);
  const { tokenizer, blockSize } = recipes.ngpt;
  const named = settings.own.ngpt.tokenizer ?? settings.own.gpt.tokenizer ?? settings.both.tokenizer;
  const blocks = Math.max(blockSize, recipes.gpt.blockSize);
  const setup = await openSetup(request, { tokenizer, asked: named, blockSize: blocks }, [
    complete.ngpt,
    complete.gpt,
  ]);
  return { setup, plan, recipes };
}

/** The ablations that change something. @throws ConfigError where some were asked for and none does. */
function effective({ ablations, budgets }: ComparePlan, recipes: ByArchitecture<Recipe>): readonly string[] {
  const budget = budgets.ngpt[budgets.ngpt.length - 1];
  const left = ablations.filter((name) => !changesNothing(name, recipes, budget));
  if (left.length > 0 || ablations.length === 0) return left;
  throw new ConfigError(`the recipe of ngpt is already what ${ablations.join(', ')} would make of it`, {
    settings: ['ablations'],
  });
}

/** Runs of all kinds that are known from the start: what will not do in one of them is found before the first. */
function firstRuns(plan: ComparePlan): RunSpec[] {
  const planner = plannerOf(plan, new Map());
  const ablated = plan.ablations.map((name) => ({
    ...planner.ablation(name),
    learningRate: plan.learningRates.ngpt[0],
    seed: plan.seeds[0],
  }));
  return [...planner.runs().filter(isDecided), ...ablated];
}

function requireOneTokenizer({ ngpt, gpt }: ByArchitecture<Recipe>): void {
  if (ngpt.tokenizer === gpt.tokenizer) return;
  throw new ConfigError('losses compare only over the same tokens: give both the same tokenizer', {
    settings: ['tokenizer'],
  });
}
