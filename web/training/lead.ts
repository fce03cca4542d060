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
  if (lastTogether(ahead, behind) === 0) return null;
  const worse = Math.max(...lossesTogether(ahead, behind));
  return firstStepAt(behind, worse) - firstStepAt(ahead, worse);
}

/**
 * Both held-out losses at the last step that both have been measured at; they are to have been so.
 * @example lossesTogether({ step: [0, 5], valLoss: [4, 2] }, { step: [0, 5, 10], valLoss: [4, 3, 1] }) // [2, 3]
 */
export function lossesTogether(one: Curve, other: Curve): [number, number] {
  const last = lastTogether(one, other);
  return [lossAt(one, last), lossAt(other, last)];
}

function lastTogether(one: Curve, other: Curve): number {
  return Math.min(one.step.at(-1) ?? 0, other.step.at(-1) ?? 0);
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
