/** How many steps one model is ahead of another. */
import type { EvalColumns } from './history.js';

type Curve = Pick<EvalColumns, 'step' | 'valLoss'>;

/**
 * How many steps before `behind` the other had the held-out loss that `behind` has now; negative if it has not had it
 * yet, by as many steps as `behind` was earlier. Null before both have been measured twice at the same steps.
 * @example
 * const ahead = { step: [0, 100, 200], valLoss: [4, 2, 1] };
 * stepsAhead(ahead, { step: [0, 100, 200], valLoss: [4, 3, 2] }) // 100
 */
export function stepsAhead(ahead: Curve, behind: Curve): number | null {
  const last = Math.min(ahead.step.at(-1) ?? 0, behind.step.at(-1) ?? 0);
  if (last === 0) return null;
  const [lossAhead, lossBehind] = [lossAt(ahead, last), lossAt(behind, last)];
  if (lossAhead > lossBehind) {
    const reached = firstStepAt(behind, lossAhead);
    return reached === null ? null : reached - last;
  }
  const reached = firstStepAt(ahead, lossBehind);
  return reached === null ? null : last - reached;
}

/** The last measured at that step or before. */
function lossAt({ step, valLoss }: Curve, at: number): number {
  return valLoss[step.filter((measured) => measured <= at).length - 1];
}

/** Where a curve first comes down to a loss, on the straight line between two measurements. */
function firstStepAt({ step, valLoss }: Curve, loss: number): number | null {
  const i = valLoss.findIndex((value) => value <= loss);
  if (i < 0) return null;
  if (i === 0) return step[0];
  const share = (valLoss[i - 1] - loss) / (valLoss[i - 1] - valLoss[i]);
  return Math.round(step[i - 1] + share * (step[i] - step[i - 1]));
}
