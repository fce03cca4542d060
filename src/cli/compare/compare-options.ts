import { InvalidArgumentError, Option } from 'commander';
import { ABLATION_TABLE } from '../../experiments/compare/ablations.js';
import type { ComparePlan } from '../../experiments/compare/comparison.js';
import type { CompareRequest, Defaults } from '../../experiments/compare/node/check-comparison.js';
import { type AskedSettings, requireBudgets, requireRates } from '../../experiments/compare/run-settings.js';
import type { Architecture } from '../../ngpt/index.js';
import { requireWhole } from '../../tensor/checks.js';
import type { TrainSettings } from '../../training/node/index.js';
import { TRAINING_OPTIONS } from '../../training/settings/train-settings.js';
import { configOption } from '../arguments/config-file.js';
import { nearest } from '../arguments/nearest.js';
import {
  type BackendChoice,
  backendOptions,
  dataOf,
  dataOption,
  numberListOption,
  numberOption,
  pathOption,
} from '../options.js';
import { presetOption, reportOptions, settingOptions } from '../train/train-options.js';

type Numbers = readonly number[];

export interface CompareOptions extends BackendChoice, Record<string, unknown> {
  preset?: string;
  data?: readonly string[];
  outDir: string;
  budgets?: Numbers;
  gptBudgets?: Numbers;
  learningRates?: Numbers;
  ngptLearningRates?: Numbers;
  gptLearningRates?: Numbers;
  seeds: number;
  ablations?: readonly string[];
  extend?: boolean;
  scaleWarmup?: boolean;
  jobs?: number;
  keepCheckpoints?: boolean;
  dryRun?: boolean;
  json?: boolean;
  report?: boolean;
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
    presetOption(),
    dataOption('moby-dick'),
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
    new Option(
      '--extend',
      'try rates twice as high or half as high while the best is at the edge of those tried',
    ),
    new Option('--scale-warmup', 'shorten a warm-up to a tenth of the budget where it is longer'),
    pathOption('--out-dir <path>', 'where runs and results go').default('out/compare'),
    numberOption(
      '--jobs <count>',
      'runs at once, on one thread each (default: one for each core, as memory allows)',
    ),
    new Option('--keep-checkpoints', 'of all runs, not only of the best'),
    new Option('--dry-run', 'list the runs, and make none'),
    new Option('--json', 'print one JSON object per event and nothing else'),
    ...reportOptions(),
    configOption(),
    ...backendOptions(),
    ...settingOptions(isSetting),
    ...settingOptions(isOwnSetting, 'ngpt-').map((option) => option.hideHelp()),
    ...settingOptions(isOwnSetting, 'gpt-').map((option) => option.hideHelp()),
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
  const { preset, data, outDir, backend, mode, jobs, seeds, keepCheckpoints } = options;
  requireWhole('seeds', seeds, 1, { most: 1000 });
  if (jobs !== undefined) requireWhole('jobs', jobs, 1, { most: 1024 });
  requireLists(options);
  return {
    ...(preset === undefined ? {} : { preset }),
    ...(data === undefined ? {} : { data: dataOf(data) }),
    settings: settingsOf(options),
    plan: (settings) => planOf(options, settings),
    ...{ outDir, backend, mode: mode ?? null, jobs: jobs ?? null },
    keepCheckpoints: keepCheckpoints ?? false,
  };
}

/** What is given for both is refused by the name that it was given by, before each has its own. */
function requireLists(options: CompareOptions): void {
  for (const name of ['budgets', 'gptBudgets'] as const) {
    const budgets = options[name];
    if (budgets !== undefined) requireBudgets(name, budgets);
  }
  for (const name of ['learningRates', 'ngptLearningRates', 'gptLearningRates'] as const) {
    const rates = options[name];
    if (rates !== undefined) requireRates(name, rates);
  }
}

function settingsOf(options: CompareOptions): AskedSettings {
  const names = Object.keys(TRAINING_OPTIONS) as (keyof TrainSettings)[];
  const given = (prefix: string) =>
    Object.fromEntries(
      names
        .filter((name) => (prefix === '' ? isSetting(name) : isOwnSetting(name)))
        .map((name) => [name, options[attribute(prefix, name)]])
        .filter(([, value]) => value !== undefined),
    ) as Partial<TrainSettings>;
  return { both: given(''), own: { ngpt: given('ngpt'), gpt: given('gpt') } };
}

/** As commander calls `--PREFIX-NAME`. */
function attribute(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}${name[0].toUpperCase()}${name.slice(1)}`;
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
