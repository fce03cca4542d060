/** The options of `ngpt compare`, and the request that they make. Explained in docs/experiments.md. */
import { InvalidArgumentError, Option } from 'commander';
import { ABLATION_TABLE } from '../../experiments/compare/ablations.js';
import type { ComparePlan } from '../../experiments/compare/comparison.js';
import type { CompareRequest, Defaults } from '../../experiments/compare/node/check-comparison.js';
import type { AskedSettings } from '../../experiments/compare/run-settings.js';
import { requireBudgets, requireRates } from '../../experiments/runs/lists.js';
import type { Architecture } from '../../ngpt/index.js';
import { nearest } from '../../tensor/checks/nearest.js';
import { requireWhole } from '../../tensor/checks/values.js';
import { ConfigError } from '../../tensor/index.js';
import type { TrainSettings } from '../../training/node/index.js';
import { numberListOption, numberOption } from '../options.js';
import { type StudyOptions, setupRequestOf, studyOptions } from '../runs/study-options.js';
import { givenSettings, settingOptions } from '../train/train-options.js';

type Numbers = readonly number[];

export interface CompareOptions extends StudyOptions, Record<string, unknown> {
  budgets?: Numbers;
  gptBudgets?: Numbers;
  learningRates?: Numbers;
  ngptLearningRates?: Numbers;
  gptLearningRates?: Numbers;
  seeds: number;
  ablations?: readonly string[];
  ablationLearningRates?: Numbers;
  extend?: boolean;
  scaleWarmup?: boolean;
}

/** What the comparison decides for every run. */
const DECIDED: readonly (keyof TrainSettings)[] = [
  ...(['arch', 'maxIters', 'learningRate', 'batchSeed', 'threads', 'maxMinutes', 'earlyStopping'] as const),
];

const isSetting = (name: keyof TrainSettings) => !DECIDED.includes(name);
/** The seed is the same for both. */
const isOwnSetting = (name: keyof TrainSettings) => isSetting(name) && name !== 'seed';

export function compareOptions(): Option[] {
  return [
    ...studyOptions(ownOptions(), 'out/compare', 'of all runs, not only of the best'),
    ...settingOptions(isSetting),
    ...settingOptions(isOwnSetting, 'ngpt-').map((option) => option.hideHelp()),
    ...settingOptions(isOwnSetting, 'gpt-').map((option) => option.hideHelp()),
  ];
}

function ownOptions(): Option[] {
  return [
    numberListOption(
      '--budgets <steps>',
      'of runs, such as 500,1000,2000 (default: max-iters of the preset, a half and a quarter)',
    ),
    numberListOption('--gpt-budgets <steps>', 'for gpt others (default: the same, and twice the largest)'),
    numberListOption(
      '--learning-rates <rates>',
      'to try, for both (default: that of the preset, half of it and twice it)',
    ),
    numberListOption('--ngpt-learning-rates <rates>', 'for ngpt others'),
    numberListOption('--gpt-learning-rates <rates>', 'for gpt others'),
    numberOption('--seeds <count>', 'runs at the best rates, with the seeds that follow --seed').default(3),
    ablationsOption(),
    numberListOption(
      '--ablation-learning-rates <rates>',
      'to try for each ablation (default: the best of ngpt, and no other)',
    ),
    new Option(
      '--extend',
      'try rates twice as high or half as high while the best is at the edge of those tried',
    ),
    new Option('--scale-warmup', 'shorten a warm-up to a tenth of the budget where it is longer'),
  ];
}

/** Stands for every ablation. */
const ALL = 'all';

function ablationsOption(): Option {
  const names = [...ABLATION_TABLE.keys()];
  return new Option(
    '--ablations <names>',
    `changes of ngpt to run besides, ${ALL} or some of ${names.join(',')} (default: none)`,
  ).argParser((text: string) => {
    const asked = text.split(',').map((each) => each.trim());
    for (const name of asked) if (name !== ALL) requireAblation(name, names);
    return asked.includes(ALL) ? names : names.filter((name) => asked.includes(name));
  });
}

function requireAblation(name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  const near = nearest(name, names);
  const instead = near === null ? `There are ${names.join(', ')}.` : `Did you mean ${near}?`;
  throw new InvalidArgumentError(`There is no ablation '${name}'. ${instead}`);
}

/** @throws ConfigError for numbers that will not do. */
export function requestOf(options: CompareOptions): CompareRequest {
  requireWhole('seeds', options.seeds, 1, { most: 1000 });
  requireLists(options);
  return {
    ...setupRequestOf(options),
    settings: settingsOf(options),
    plan: (settings) => planOf(options, settings),
  };
}

/** What is given for both is refused by the name that it was given by, before each has its own. */
function requireLists(options: CompareOptions): void {
  for (const name of ['budgets', 'gptBudgets'] as const) {
    const budgets = options[name];
    if (budgets !== undefined) requireBudgets(name, budgets);
  }
  if (options.ablationLearningRates !== undefined && options.ablations === undefined) {
    throw new ConfigError('ablationLearningRates are of no use without ablations: give some', {
      settings: ['ablationLearningRates', 'ablations'],
    });
  }
  for (const name of ['learningRates', 'ngptLearningRates', 'gptLearningRates'] as const) {
    const rates = options[name];
    if (rates !== undefined) requireRates(name, rates);
  }
}

function settingsOf(options: CompareOptions): AskedSettings {
  return {
    both: givenSettings(options, isSetting),
    own: {
      ngpt: givenSettings(options, isOwnSetting, 'ngpt'),
      gpt: givenSettings(options, isOwnSetting, 'gpt'),
    },
  };
}

function planOf(options: CompareOptions, settings: Readonly<Record<Architecture, Defaults>>): ComparePlan {
  const { maxIters, seed } = settings.ngpt;
  const ngpt = options.budgets ?? ascending([maxIters / 4, maxIters / 2, maxIters].map(Math.ceil));
  const gpt = options.gptBudgets ?? [...ngpt, 2 * (ngpt[ngpt.length - 1] ?? 0)];
  const rates = (arch: Architecture) =>
    options[`${arch}LearningRates`] ?? options.learningRates ?? around(settings[arch].learningRate);
  return {
    budgets: { ngpt, gpt },
    learningRates: { ngpt: rates('ngpt'), gpt: rates('gpt') },
    seeds: Array.from({ length: options.seeds }, (_, i) => seed + i),
    ablations: options.ablations ?? [],
    ablationLearningRates: options.ablationLearningRates ?? null,
    extend: options.extend ?? false,
    scaleWarmup: options.scaleWarmup ?? false,
  };
}

function around(rate: number): Numbers {
  return [rate / 2, rate, 2 * rate];
}

function ascending(values: Numbers): Numbers {
  return [...new Set(values)].sort((a, b) => a - b);
}
