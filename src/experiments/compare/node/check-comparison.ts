/** From what a user asks for to a comparison that is ready to go. Everything is checked before anything is written. */
import { join } from 'node:path';
import { type BackendMode, type BackendName, ConfigError } from '../../../tensor/index.js';
import { crc32 } from '../../../training/checkpoint/crc32.js';
import { type DataSource, STDIN, sourcesOf } from '../../../training/data/data-source.js';
import { type Dataset, requireBlocks } from '../../../training/data/dataset.js';
import { MOBY_DICK } from '../../../training/data/node/load-dataset.js';
import { loadNewDataset } from '../../../training/node/run.js';
import { modelConfigFor } from '../../../training/settings/settings.js';
import { ABLATION_TABLE } from '../ablations.js';
import type { ByArchitecture, ComparedData, ComparePlan, Machine, Recipe } from '../comparison.js';
import { isDecided, Planner, type RunSpec } from '../plan.js';
import { type AskedSettings, checkPlan, recipeOf, runSettings, settingsFor } from '../run-settings.js';
import { jobsFor, thisMachine } from './machine.js';

export interface CompareRequest {
  readonly preset?: string;
  /** Default `moby-dick`. */
  readonly data?: DataSource;
  readonly settings: AskedSettings;
  /** Completes what was asked for, when the recipes are known. */
  readonly plan: (settings: ByArchitecture<Defaults>) => ComparePlan;
  readonly outDir: string;
  readonly backend: BackendName;
  readonly mode: BackendMode | null;
  /** Null for as many as cores and memory allow. */
  readonly jobs: number | null;
  readonly keepCheckpoints: boolean;
}

/** What a preset says of a single run. */
export interface Defaults {
  readonly maxIters: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** A comparison as far as it can be told without looking into its folder. */
export interface CheckedComparison {
  readonly request: CompareRequest;
  readonly plan: ComparePlan;
  readonly recipes: ByArchitecture<Recipe>;
  readonly source: DataSource;
  /** Whether the data brought tokens of their own. */
  readonly hasOwnTokens: boolean;
  readonly data: ComparedData;
  readonly machine: Machine;
}

/** @throws ConfigError or DataError for the first thing that will not do; nothing is written. */
export async function checkComparison(request: CompareRequest): Promise<CheckedComparison> {
  const { settings, preset, backend, jobs } = request;
  const complete = {
    ngpt: settingsFor('ngpt', settings, preset),
    gpt: settingsFor('gpt', settings, preset),
  };
  const recipes = { ngpt: recipeOf(complete.ngpt), gpt: recipeOf(complete.gpt) };
  const plan = request.plan(complete);
  checkPlan(plan);
  for (const run of firstRuns(plan)) runSettings(run, recipes, plan.scaleWarmup);
  const source = request.data ?? MOBY_DICK;
  const dataset = await loadFor(source, recipes, settings);
  const models = [complete.ngpt, complete.gpt].map((each) => ({
    settings: each,
    config: modelConfigFor(each, dataset.tokenizer.vocabSize),
  }));
  return {
    ...{ request, plan, recipes, source },
    hasOwnTokens: dataset.tokenizer.describe().kind !== recipes.ngpt.tokenizer,
    data: describe(dataset),
    machine: thisMachine(backend, jobsFor(jobs, backend, models)),
  };
}

/** In the out-dir of a comparison, with a folder for each run. */
export const RUNS_FOLDER = 'runs';

/** The folder of a run below that of its comparison. */
export function runFolder(outDir: string, name: string): string {
  return join(outDir, RUNS_FOLDER, name);
}

/** Runs of all kinds that are known from the start: what will not do in one of them is found before the first. */
function firstRuns(plan: ComparePlan): RunSpec[] {
  const planner = new Planner(
    plan,
    (name) => ABLATION_TABLE.get(name)?.learningRates ?? null,
    () => null,
  );
  const ablated = plan.ablations.map((name) => ({
    ...planner.ablation(name),
    learningRate: plan.learningRates.ngpt[0],
    seed: plan.seeds[0],
  }));
  return [...planner.runs().filter(isDecided), ...ablated];
}

async function loadFor(
  source: DataSource,
  { ngpt, gpt }: ByArchitecture<Recipe>,
  { both, own }: AskedSettings,
): Promise<Dataset> {
  if (sourcesOf(source).includes(STDIN)) {
    throw new ConfigError(
      'every run reads the data for itself, which standard input gives only once; give a file',
    );
  }
  if (ngpt.tokenizer !== gpt.tokenizer) {
    throw new ConfigError('losses compare only over the same tokens: give both the same tokenizer', {
      settings: ['tokenizer'],
    });
  }
  const asked = own.ngpt.tokenizer ?? own.gpt.tokenizer ?? both.tokenizer;
  const dataset = await loadNewDataset(source, ngpt.tokenizer, asked);
  requireBlocks(dataset, Math.max(ngpt.blockSize, gpt.blockSize));
  return dataset;
}

function describe({ name, train, val, tokenizer }: Dataset): ComparedData {
  const bytesOf = ({ buffer, byteOffset, byteLength }: Dataset['train']) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  const sum = crc32(bytesOf(val), crc32(bytesOf(train)));
  return {
    name,
    trainTokens: train.length,
    valTokens: val.length,
    vocabSize: tokenizer.vocabSize,
    crc32: sum.toString(16).padStart(8, '0'),
  };
}
