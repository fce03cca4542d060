/** A comparison as tables of text. */
import type {
  AblationResult,
  BestResult,
  BoundedNumber,
  Comparison,
  SpeedUp,
  Spread,
} from '../../experiments/compare/comparison.js';
import { edgeNotes, hopelessNotes } from '../../experiments/compare/notes.js';
import { archName } from '../../experiments/words.js';
import { formatCount, formatLoss, formatSteps } from '../format.js';
import { table } from '../table.js';

export function describeComparison(comparison: Comparison): string {
  const { best, speedUps, ablations, plan } = comparison;
  const parts = [
    lossTable(best, plan.seeds.length),
    edgeNotes(comparison),
    divergedNotes(comparison),
    hopelessNotes(comparison),
    speedUps.length === 0 ? [] : speedUpTable(speedUps),
    ablations.length === 0 ? [] : ablationTable(ablations),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `\n${lines.join('\n')}\n`)
    .join('');
}

function lossTable(best: readonly BestResult[], seeds: number): string[] {
  if (best.length === 0) return [];
  const rows = best.map(({ arch, budget, learningRate, valLoss, msPerStep }) => [
    archName(arch),
    formatCount(budget),
    String(learningRate),
    valLoss === null ? 'diverged' : withSpread(valLoss, formatLoss),
    msPerStep.toFixed(1),
  ]);
  return [
    `final validation loss over the whole split, nats per token: mean ± standard deviation over ${seeds === 1 ? '1 seed' : `${seeds} seeds`}`,
    table([['model', 'steps', 'learning rate', 'loss', 'ms per step'], ...rows]),
  ];
}

function divergedNotes({ runs }: Comparison): string[] {
  return runs.flatMap(({ name, diverged }) => (diverged === null ? [] : [`${name} diverged: ${diverged}`]));
}

function speedUpTable(speedUps: readonly SpeedUp[]): string[] {
  const rows = speedUps.map(({ budget, loss, gptSteps, inSteps, inTokens, inSeconds, bySeed }) => [
    formatCount(budget),
    formatLoss(loss),
    bounded(gptSteps, (steps) => formatCount(Math.round(steps))),
    multiple(inSteps),
    bySeed.length < 2 ? '-' : bySeed.map(multiple).join(', '),
    multiple(inTokens),
    bounded(inSeconds, (value) => `${Number(value.toPrecision(2))}×`),
  ]);
  const header = ['steps of nGPT', 'loss', 'GPT needs', 'speed-up', 'by seed', 'in tokens', 'in seconds'];
  return [
    'how many times as much GPT needs for the loss that nGPT reached; seconds vary with what else the machine does',
    table([header, ...rows]),
  ];
}

function ablationTable(ablations: readonly AblationResult[]): string[] {
  const rows = ablations.map(({ name, learningRate, valLoss, percent, paper, sentence }) => [
    name,
    String(learningRate),
    valLoss === null ? 'diverged' : withSpread(valLoss, formatLoss),
    percent === null ? '-' : withSpread(percent, signed),
    paper === null ? '-' : `${signed(paper.percent)} (${paper.source})`,
    sentence,
  ]);
  const header = ['change', 'learning rate', 'loss', 'difference, %', 'in the paper, %', 'what'];
  return [
    `nGPT with one change each, after ${formatSteps(ablations[0].budget)}; differences seed by seed`,
    table([header, ...rows]),
  ];
}

function withSpread({ mean, deviation }: Spread, format: (value: number) => string): string {
  return deviation === null ? format(mean) : `${format(mean)} ± ${format(deviation).replace('+', '')}`;
}

function signed(percent: number): string {
  return `${percent < 0 ? '' : '+'}${percent.toFixed(2)}`;
}

const BOUNDS = { exact: '', more: 'more than ', less: 'less than ' } as const;

function bounded({ bound, value }: BoundedNumber, format: (value: number) => string): string {
  return `${BOUNDS[bound]}${format(value)}`;
}

function multiple(number: BoundedNumber): string {
  return bounded(number, (value) => `${value.toFixed(2)}×`);
}
