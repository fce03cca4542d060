/** Early stopping: counts the evaluations that were no better than the best. Explained in docs/training.md. */

/** How long evaluations have got no better: for early stopping. */
export interface Patience {
  /** The step of the last evaluation; null before the first. */
  readonly evaluatedAt: number | null;
  /** Evaluations since the one with the lowest loss. */
  readonly withoutBetter: number;
}

export const FRESH: Patience = { evaluatedAt: null, withoutBetter: 0 };

/** After an evaluation at `step`. A resumed run repeats the one of its checkpoint, which counts once. */
export function afterEvaluation(patience: Patience, step: number, isBetter: boolean): Patience {
  if (patience.evaluatedAt === step) return patience;
  return { evaluatedAt: step, withoutBetter: isBetter ? 0 : patience.withoutBetter + 1 };
}

/** Whether `most` evaluations got no better; never for 0. */
export function isExhausted({ withoutBetter }: Patience, most: number): boolean {
  return most > 0 && withoutBetter >= most;
}
