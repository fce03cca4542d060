/** The options of `ngpt sweep`, and the request that they make. Explained in docs/experiments.md. */
import { Option } from 'commander';
import type { SweepRequest } from '../../experiments/sweep/node/check-sweep.js';
import type { SweepPlan } from '../../experiments/sweep/sweep.js';
import { ConfigError } from '../../tensor/index.js';
import type { TrainSettings } from '../../training/node/index.js';
import { numberListOption, numberOption } from '../options.js';
import { type StudyOptions, setupRequestOf, studyOptions } from '../runs/study-options.js';
import { givenSettings, settingOptions } from '../train/train-options.js';

type Numbers = readonly number[];

export interface SweepOptions extends StudyOptions, Record<string, unknown> {
  widths?: Numbers;
  depths?: Numbers;
  learningRates?: Numbers;
  alphas?: Numbers;
  transferWidth?: number;
  transferDepth?: number;
  extend?: boolean;
}

/** What the sweep decides for every run. */
const DECIDED: readonly (keyof TrainSettings)[] = [
  ...(['arch', 'learningRate', 'dMlp', 'transferWidth', 'transferDepth', 'transferTokens'] as const),
  ...(['batchSeed', 'threads', 'maxMinutes', 'earlyStopping'] as const),
];

const isSetting = (name: keyof TrainSettings) => !DECIDED.includes(name);

export function sweepOptions(): Option[] {
  return [
    ...studyOptions(ownOptions(), 'out/sweep', 'of the runs, which are removed otherwise'),
    ...settingOptions(isSetting),
  ];
}

function ownOptions(): Option[] {
  return [
    numberListOption(
      '--widths <sizes>',
      'of models, such as 32,64,128, with heads of the size that n-embd and n-head give (default: n-embd of the preset, and a half of it)',
    ),
    numberListOption(
      '--learning-rates <rates>',
      'to try at every width (default: that of the preset, twice it, and an eighth to a half of it)',
    ),
    numberOption(
      '--transfer-width <size>',
      'the one of the widths that learning rates carry over from (default: the smallest)',
    ),
    numberListOption('--depths <counts>', 'of models in place of widths: numbers of layers, such as 2,4,8'),
    numberListOption(
      '--alphas <values>',
      'first eigen learning rates to try at every depth (default: that of the preset, a half, twice, 4 and 8 times it)',
    ),
    numberOption(
      '--transfer-depth <count>',
      'the one of the depths that alphas carry over from (default: the smallest)',
    ),
    new Option(
      '--extend',
      'try values twice as high or half as high while the best is at the edge of those tried',
    ),
  ];
}

/** @throws ConfigError for options that contradict each other. */
export function sweepRequestOf(options: SweepOptions): SweepRequest {
  requireOneAxis(options);
  return {
    ...setupRequestOf(options),
    settings: givenSettings(options, isSetting),
    plan: (settings) => (options.depths === undefined ? widthPlan : depthPlan)(options, settings),
  };
}

function requireOneAxis(options: SweepOptions): void {
  const isDepth = options.depths !== undefined;
  const [axis, foreign] = isDepth
    ? (['depths', ['widths', 'transferWidth', 'nLayer', 'alphaInit']] as const)
    : (['widths', ['alphas', 'transferDepth']] as const);
  const wrong = foreign.find((name) => options[name] !== undefined);
  if (wrong === undefined) return;
  const instead = wrong === 'alphaInit' ? ': give alphas' : '';
  throw new ConfigError(`${wrong} is of no use in a sweep over ${axis}${instead}`, {
    settings: [wrong, axis, 'alphas'],
  });
}

function widthPlan(options: SweepOptions, settings: TrainSettings): SweepPlan {
  const { nEmbd, learningRate } = settings;
  const sizes = options.widths ?? [nEmbd / 2, nEmbd];
  const values = options.learningRates ?? [1 / 8, 1 / 4, 1 / 2, 1, 2].map((part) => part * learningRate);
  const base = options.transferWidth ?? sizes[0];
  return { axis: 'width', sizes, base, values, learningRate: null, ...common(options, settings) };
}

function depthPlan(options: SweepOptions, settings: TrainSettings): SweepPlan {
  const { alphaInit } = settings;
  const sizes = options.depths ?? [];
  const values = options.alphas ?? [1 / 2, 1, 2, 4, 8].map((part) => part * alphaInit);
  const [learningRate, ...more] = options.learningRates ?? [settings.learningRate];
  if (more.length > 0) {
    throw new ConfigError('learningRates must be one in a sweep over depths, which tries alphas', {
      settings: ['learningRates', 'depths', 'alphas'],
    });
  }
  const base = options.transferDepth ?? sizes[0];
  return { axis: 'depth', sizes, base, values, learningRate, ...common(options, settings) };
}

function common({ extend }: SweepOptions, { maxIters, seed }: TrainSettings) {
  return { budget: maxIters, seed, extend: extend ?? false };
}
