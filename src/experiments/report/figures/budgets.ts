/** GPT against nGPT over budgets: figures of a comparison. */

import type { Architecture } from '../../../ngpt/index.js';
import type { BestResult, BoundedNumber, Comparison, SpeedUp, Spread } from '../../compare/comparison.js';
import type { ComparedRun } from '../../runs/run.js';
import { archName, count, list, loss, rough, short } from '../../words.js';
import { type Axis, lookOf, type Point, type Series } from '../chart.js';
import type { Figure, FigureData } from '../figure.js';
import { shadeOf } from './looks.js';

const LOSS: Axis = { label: 'validation loss', unit: 'nats per token' };
const ARCHITECTURES: readonly Architecture[] = ['ngpt', 'gpt'];

export function lossByBudget({ comparison }: FigureData): Figure | null {
  const measured = (comparison?.best ?? []).flatMap((best) =>
    best.valLoss === null ? [] : [{ ...best, valLoss: best.valLoss }],
  );
  if (measured.length === 0) return null;
  const series = ARCHITECTURES.flatMap((arch): Series[] => {
    const points = measured
      .filter((best) => best.arch === arch)
      .map(({ budget, valLoss }) => ({
        x: budget,
        y: valLoss.mean,
        low: valLoss.lowest,
        high: valLoss.highest,
      }));
    const look = shadeOf(arch, 0);
    return points.length === 0 ? [] : [{ name: archName(arch), look, form: 'line', points }];
  });
  return {
    title: 'Final loss against budget',
    chart: {
      panels: [{ title: null, x: budgetAxis(measured.map(({ budget }) => budget)), y: LOSS, series }],
    },
    paper:
      'Figure 2: at every budget nGPT ends with a lower loss than GPT, with 0.5 B and 1 B parameters and contexts of 1k, 4k and 8k.',
    finding: budgetFinding(measured),
  };
}

type Measured = BestResult & { readonly valLoss: Spread };

/** Says where the seeds of both overlap, too. */
function budgetFinding(measured: readonly Measured[]): string {
  const pairs = measured.flatMap((ngpt) => {
    const gpt = measured.find(({ arch, budget }) => arch === 'gpt' && budget === ngpt.budget);
    return ngpt.arch === 'ngpt' && gpt !== undefined ? [{ ngpt, gpt }] : [];
  });
  if (pairs.length === 0) {
    return `Only ${list([...new Set(measured.map(({ arch }) => archName(arch)))])} was measured, or no budget has both.`;
  }
  const parts = pairs.map(({ ngpt, gpt }) => {
    const difference = gpt.valLoss.mean - ngpt.valLoss.mean;
    const overlap = ngpt.valLoss.highest >= gpt.valLoss.lowest && gpt.valLoss.highest >= ngpt.valLoss.lowest;
    const remark = overlap ? ', within the spread of the seeds' : '';
    const word = difference > 0 ? 'below' : 'above';
    return `${loss(Math.abs(difference))} ${word} GPT at ${count(ngpt.budget, 'step')}${remark}`;
  });
  return `nGPT ended ${list(parts)}; whiskers reach from the lowest to the highest of ${count(pairs[0].ngpt.valLoss.count, 'seed')}.`;
}

export function speedUp({ comparison }: FigureData): Figure | null {
  const speedUps = comparison?.speedUps ?? [];
  if (speedUps.length === 0) return null;
  const kinds: readonly (readonly [name: string, value: (each: SpeedUp) => BoundedNumber])[] = [
    ['in steps', ({ inSteps }) => inSteps],
    ['in tokens', ({ inTokens }) => inTokens],
    ['in time', ({ inSeconds }) => inSeconds],
  ];
  const series = kinds.map(([name, value], i): Series => {
    const points = speedUps.map((each) => speedUpPoint(each, value, name === 'in steps'));
    return { name, look: lookOf(i), form: 'line', points };
  });
  const y: Axis = { label: 'speed-up of nGPT over GPT', unit: 'times', includes: 0 };
  return {
    title: 'Speed-up against budget',
    chart: {
      panels: [
        {
          ...{ title: null, x: budgetAxis(speedUps.map(({ budget }) => budget)), y, series },
          reference: { value: 1, label: 'as fast as GPT' },
        },
      ],
    },
    paper: 'Figure 2: about 4 times at a context of 1k, 10 at 4k and 20 at 8k, in tokens.',
    finding: speedUpFinding(speedUps),
  };
}

/** Of every ratio of times. */
export const TIMES_VARY =
  'Times are those of this computer with all else that it did: they vary from run to run.';

function speedUpPoint(each: SpeedUp, value: (each: SpeedUp) => BoundedNumber, hasSeeds: boolean): Point {
  const exact = each.bySeed.filter(({ bound }) => bound === 'exact').map((seed) => seed.value);
  const place = { x: each.budget, y: value(each).value };
  if (!hasSeeds || exact.length < 2) return place;
  return { ...place, low: Math.min(...exact), high: Math.max(...exact) };
}

function speedUpFinding(speedUps: readonly SpeedUp[]): string {
  const parts = speedUps.map(
    ({ budget, inSteps, inSeconds }) =>
      `${bounded(inSteps)} the steps and ${bounded(inSeconds, rough)} the time for what nGPT reached in ${count(budget, 'step')}`,
  );
  const isBounded = speedUps.some(({ inSteps }) => inSteps.bound !== 'exact');
  const remark = isBounded ? '; what is beyond the measured budgets of GPT is drawn at its bound' : '';
  return `GPT needed ${list(parts)}${remark}. ${TIMES_VARY}`;
}

/** `more than 4×` */
export function bounded({ bound, value }: BoundedNumber, format = short): string {
  const word = { exact: '', more: 'more than ', less: 'less than ' }[bound];
  return `${word}${format(value)}×`;
}

/** A line for every architecture and budget, over the learning rates that were tried with the first seed. */
export function learningRates({ comparison }: FigureData): Figure | null {
  if (comparison === null) return null;
  const sweep = sweptRuns(comparison);
  if (sweep.length === 0) return null;
  const series = ARCHITECTURES.flatMap((arch) => {
    const budgets = distinct(sweep.filter((run) => run.arch === arch).map(({ budget }) => budget));
    return budgets.map((budget, i): Series => {
      const runs = sweep.filter((run) => run.arch === arch && run.budget === budget);
      return {
        ...{
          name: `${archName(arch)}, ${count(budget, 'step')}`,
          look: shadeOf(arch, i, budgets.length),
          form: 'line',
        },
        points: runs.map(({ learningRate, valLoss }) => ({ x: learningRate, y: valLoss ?? Number.NaN })),
      };
    });
  });
  const rates = distinct(sweep.map(({ learningRate }) => learningRate));
  const x: Axis = { label: 'learning rate', unit: null, scale: 'log', ticks: rates };
  return {
    title: 'Final loss against learning rate',
    chart: { panels: [{ title: null, x, y: LOSS, series }] },
    paper: 'The paper draws no sweep at this size; it compares both at the learning rate that suits each.',
    finding: sweepFinding(comparison, sweep),
  };
}

function sweptRuns({ runs, plan }: Comparison): ComparedRun[] {
  return runs
    .filter(({ variant, seed }) => variant === null && seed === plan.seeds[0])
    .sort((a, b) => a.learningRate - b.learningRate);
}

function sweepFinding({ best }: Comparison, sweep: readonly ComparedRun[]): string {
  const parts = ARCHITECTURES.flatMap((arch) => {
    const last = best.filter((each) => each.arch === arch).at(-1);
    if (last === undefined) return [];
    const edge = last.edge === 'low' || last.edge === 'high' ? ' (at the edge of what was tried)' : '';
    return [`${short(last.learningRate)} for ${archName(arch)} at ${count(last.budget, 'step')}${edge}`];
  });
  const diverged = sweep.filter(({ valLoss }) => valLoss === null).length;
  const remark =
    diverged === 0
      ? ''
      : `; ${count(diverged, 'run')} diverged and ${diverged === 1 ? 'is' : 'are'} not drawn`;
  return parts.length === 0 ? 'No best rate is known yet.' : `The best rate was ${list(parts)}${remark}.`;
}

/** Ticks at the budgets themselves, evenly spread since they usually double. */
function budgetAxis(budgets: readonly number[]): Axis {
  return { label: 'budget in training steps', unit: null, scale: 'log', ticks: distinct(budgets) };
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
