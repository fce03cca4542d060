/** What to keep in mind of a comparison, a sentence each: the same in tables of text and in reports. */

import type { ComparedRun } from '../runs/run.js';
import type { Edge } from '../runs/sweep-over.js';
import { archName, count } from '../words.js';
import type { AblationResult, Comparison } from './comparison.js';
import { ratesOf } from './findings.js';

const BEYOND = { low: 'the lowest', high: 'the highest', only: 'the only one' } as const;

/** Of what was tried at its best at the edge of what was tried. */
export function edgeNotes({ best, ablations, plan }: Comparison): string[] {
  const note = (what: string, budget: number, rate: number, edge: Edge) =>
    edge === 'inside'
      ? []
      : [
          `the best learning rate of ${what} at ${count(budget, 'step')}, ${rate}, is ${BEYOND[edge]} that was tried: ` +
            `others may be better${plan.extend ? '' : '; --extend tries them'}`,
        ];
  return [
    ...best.flatMap(({ arch, budget, learningRate, edge }) =>
      note(archName(arch), budget, learningRate, edge),
    ),
    ...ablations.flatMap(({ name, budget, learningRate, edge }) =>
      edge === null ? [] : note(`nGPT with ${name}`, budget, learningRate, edge),
    ),
  ];
}

/** Where every learning rate was too high. */
export function hopelessNotes(comparison: Comparison): string[] {
  const { plan, best, ablations } = comparison;
  const recipes = (['gpt', 'ngpt'] as const).flatMap((arch) =>
    plan.budgets[arch].flatMap((budget) =>
      best.some((each) => each.arch === arch && each.budget === budget)
        ? []
        : hopelessNote(comparison, {
            ...{ arch, variant: null, budget, what: archName(arch) },
            ...{ rates: plan.learningRates[arch], option: `--${arch}-learning-rates` },
          }),
    ),
  );
  const ablated = plan.ablations.flatMap((variant) => {
    const rates = ratesOf(plan, variant);
    if (rates === null || ablations.some(({ name }: AblationResult) => name === variant)) return [];
    const budget = plan.budgets.ngpt[plan.budgets.ngpt.length - 1];
    return hopelessNote(comparison, {
      ...{ arch: 'ngpt', variant, budget, what: `nGPT with ${variant}` },
      ...{ rates, option: '--ablation-learning-rates' },
    });
  });
  return [...recipes, ...ablated];
}

interface Tried extends Pick<ComparedRun, 'arch' | 'variant' | 'budget'> {
  readonly what: string;
  readonly rates: readonly number[];
  readonly option: string;
}

/** None while runs are missing. */
function hopelessNote({ runs }: Comparison, { arch, variant, budget, what, rates, option }: Tried): string[] {
  const tried = runs
    .filter((run) => run.arch === arch && run.variant === variant && run.budget === budget)
    .map(({ learningRate }) => learningRate);
  if (!rates.every((rate) => tried.includes(rate))) return [];
  return [
    `every run of ${what} at ${count(budget, 'step')} diverged, with the learning rate ${Math.min(...tried)} too: ` +
      `give lower ${option}`,
  ];
}
