/** The report of a comparison of GPT and nGPT. Explained in docs/experiments.md. */

import type { AblationResult, BestResult, Comparison, SpeedUp, Spread } from '../compare/comparison.js';
import { hopelessNotes } from '../compare/notes.js';
import type { ModelReport } from '../inspect/model-report.js';
import type { LengthReport } from '../length/length-report.js';
import type { ComparedRun } from '../runs/run.js';
import type { Edge } from '../runs/sweep-over.js';
import { archName, count, list, loss, rough, short, signed } from '../words.js';
import type { RunHistory } from './figure.js';
import { bounded, TIMES_VARY } from './figures/budgets.js';
import { namedLengths, namedModels } from './models-report.js';
import type { Report } from './page/page.js';
import type { Table } from './page/table.js';
import { settingsText } from './settings-text.js';
import { studyFacts, unfinishedText } from './study-facts.js';

export interface ComparisonReportParts {
  readonly comparison: Comparison;
  /** Of the checkpoints that are kept. */
  readonly models: readonly ModelReport[];
  /** Of the same, or none. */
  readonly lengths: readonly LengthReport[];
  readonly command: string;
}

export function comparisonReport({ comparison, models, lengths, command }: ComparisonReportParts): Report {
  const { data, runs, missing, plan, best, speedUps, ablations } = comparison;
  const named = namedModels(models);
  return {
    title: `GPT and nGPT on ${data.name}`,
    lead:
      `${count(runs.length, 'run')} on the same batches, each architecture with its own recipe and its best learning rate, ` +
      `${count(plan.seeds.length, 'seed')}; losses are over the whole validation split.${unfinishedText(missing)}`,
    facts: factsOf(comparison),
    settings: [settingsTable(comparison)],
    command,
    tables: [
      ...(best.length === 0 ? [] : [bestTable(best)]),
      ...(speedUps.length === 0 ? [] : [speedUpTable(speedUps)]),
      ...(ablations.length === 0 ? [] : [ablationTable(ablations)]),
    ],
    notes: hopelessNotes(comparison),
    sample: null,
    data: {
      runs: bestHistories(comparison),
      models: named,
      lengths: namedLengths(lengths, named),
      comparison,
      sweep: null,
    },
  };
}

/** The best run of every budget, with the first seed: the curves that are drawn. */
export function bestHistories(comparison: Comparison): RunHistory[] {
  return bestRuns(comparison).map(historyOf);
}

/** Of each architecture the run whose model is kept, of the largest budget that has one. */
export function comparedCheckpoints(comparison: Comparison): ComparedRun[] {
  const kept = bestRuns(comparison).filter(({ hasCheckpoint }) => hasCheckpoint);
  const inBoth = kept.filter(
    ({ budget }) => new Set(ofBudget(kept, budget).map(({ arch }) => arch)).size === 2,
  );
  const candidates = inBoth.length > 0 ? inBoth : kept;
  return (['ngpt', 'gpt'] as const).flatMap((arch) => {
    const own = candidates.filter((run) => run.arch === arch);
    return own.length === 0 ? [] : [own.reduce((most, run) => (run.budget > most.budget ? run : most))];
  });
}

function ofBudget(runs: readonly ComparedRun[], budget: number): ComparedRun[] {
  return runs.filter((run) => run.budget === budget);
}

function bestRuns({ best, runs, plan }: Comparison): ComparedRun[] {
  return best.flatMap(
    ({ arch, budget, learningRate }) =>
      runs.find(
        (run) =>
          run.variant === null &&
          run.arch === arch &&
          run.budget === budget &&
          run.learningRate === learningRate &&
          run.seed === plan.seeds[0],
      ) ?? [],
  );
}

function historyOf({ arch, budget, tokens, steps, evaluations, msPerStep }: ComparedRun): RunHistory {
  return {
    ...{ name: `${archName(arch)}, ${count(budget, 'step')}`, arch, evaluations, msPerStep },
    tokensPerStep: steps === 0 ? 0 : tokens / steps,
    ...{ steps: [], stepsPerPoint: 1 },
  };
}

function bestTable(best: readonly BestResult[]): Table {
  return {
    caption: 'Final validation loss in nats per token, mean ± standard deviation over seeds',
    columns: ['model', 'budget in steps', 'best learning rate', 'loss', 'seeds', 'ms per step'],
    rows: best.map(({ arch, budget, learningRate, edge, valLoss, msPerStep }) => {
      const rate = rateText(learningRate, edge);
      const text = valLoss === null ? 'diverged' : withDeviation(valLoss);
      const seeds = valLoss?.count ?? null;
      return [archName(arch), budget, rate, text, seeds, Number(msPerStep.toPrecision(3))];
    }),
  };
}

/** Both in the same digits. */
function withDeviation({ mean, deviation }: Spread): string {
  return deviation === null ? loss(mean) : `${loss(mean)} ± ${loss(deviation)}`;
}

function speedUpTable(speedUps: readonly SpeedUp[]): Table {
  return {
    caption: `How many times as much GPT needs for the loss that nGPT reached. ${TIMES_VARY}`,
    columns: ['budget of nGPT in steps', 'loss it reached', 'in steps', 'by seed', 'in tokens', 'in time'],
    rows: speedUps.map(({ budget, loss: reached, inSteps, bySeed, inTokens, inSeconds }) => [
      ...[budget, loss(reached), bounded(inSteps)],
      ...[list(bySeed.map((each) => bounded(each))), bounded(inTokens), bounded(inSeconds, rough)],
    ]),
  };
}

function ablationTable(ablations: readonly AblationResult[]): Table {
  // Where all run at the rate of the recipe, the table is narrower.
  const hasRates = ablations.some(({ edge }) => edge !== null);
  return {
    caption: 'Ablations: nGPT with one thing changed, differences to the recipe seed by seed',
    columns: [
      ...['change', ...(hasRates ? ['best learning rate'] : [])],
      ...['loss', 'difference (lowest to highest)', 'in the paper'],
    ],
    rows: ablations.map(({ name, sentence, learningRate, edge, valLoss, percent, paper }) => [
      `${name}: ${sentence}`,
      ...(hasRates ? [rateText(learningRate, edge)] : []),
      valLoss === null ? 'diverged' : loss(valLoss.mean),
      percent === null ? '–' : `${signed(percent.mean)} (${ends(percent)})`,
      paper === null ? '–' : `${signed(paper.percent)} (${paper.source})`,
    ]),
  };
}

function rateText(rate: number, edge: Edge | null): string {
  return `${short(rate)}${edge === 'low' || edge === 'high' ? ', at the edge of the sweep' : ''}`;
}

function ends({ lowest, highest }: Spread): string {
  return `${signed(lowest)} to ${signed(highest)}`;
}

function factsOf({ plan, ...comparison }: Comparison): Report['facts'] {
  const rates = (arch: 'ngpt' | 'gpt') => plan.learningRates[arch].map(short).join(', ');
  const budgets = (arch: 'ngpt' | 'gpt') =>
    plan.budgets[arch].map((budget) => budget.toLocaleString('en-US')).join('; ');
  return [
    ...studyFacts(comparison),
    ['seeds', plan.seeds.join(', ')],
    ...(plan.ablationLearningRates === null
      ? []
      : [['ablations: learning rates', plan.ablationLearningRates.map(short).join(', ')] as const]),
    ...(['ngpt', 'gpt'] as const).flatMap((arch) => [
      [`${archName(arch)}: budgets`, budgets(arch)] as const,
      [`${archName(arch)}: learning rates`, rates(arch)] as const,
    ]),
  ];
}

const ARCHITECTURES = ['ngpt', 'gpt'] as const;

/** A row for every option; what an architecture does not have is a dash. */
function settingsTable({ recipes, plan }: Comparison): Table {
  const texts = ARCHITECTURES.map((arch) => new Map(settingsText(arch, recipes[arch])));
  const names = [...new Set(texts.flatMap((text) => [...text.keys()]))];
  const value = (text: ReadonlyMap<string, string>, name: string) => {
    const own = text.get(name) ?? '–';
    const isShortened = name === 'warmup-iters' && plan.scaleWarmup && own !== '0';
    return isShortened ? `${own}, at most a tenth of the budget` : own;
  };
  return {
    caption: 'Settings of all runs, as the command line calls them',
    columns: ['option', ...ARCHITECTURES.map(archName)],
    rows: names.map((name) => [name, ...texts.map((text) => value(text, name))]),
  };
}
