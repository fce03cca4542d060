/** How many steps one model is ahead of another. */
import type { EvalColumns } from './history.js';

type Curve = Pick<EvalColumns, 'step' | 'valLoss'>;

/**
 * Of the worse of the two held-out losses at the last step that both have been measured at: how many steps earlier `ahead`
 * had it than `behind`; negative where it was later. Null before both have been measured after the start.
 * @example
 * const ahead = { step: [0, 100, 200], valLoss: [4, 2, 1] };
 * stepsAhead(ahead, { step: [0, 100, 200], valLoss: [4, 3, 2] }) // 100
 */
export function stepsAhead(ahead: Curve, behind: Curve): number | null {
  const last = Math.min(ahead.step.at(-1) ?? 0, behind.step.at(-1) ?? 0);
  if (last === 0) return null;
  const worse = Math.max(lossAt(ahead, last), lossAt(behind, last));
  return firstStepAt(behind, worse) - firstStepAt(ahead, worse);
}

/** The last measured at that step or before. */
function lossAt({ step, valLoss }: Curve, at: number): number {
  return valLoss[step.filter((measured) => measured <= at).length - 1];
}

/** Where a curve that comes down to a loss first does so, on the straight line between two measurements. */
function firstStepAt({ step, valLoss }: Curve, loss: number): number {
  const i = valLoss.findIndex((value) => value <= loss);
  if (i <= 0) return step[0];
  const share = (valLoss[i - 1] - loss) / (valLoss[i - 1] - valLoss[i]);
  return Math.round(step[i - 1] + share * (step[i] - step[i - 1]));
}
