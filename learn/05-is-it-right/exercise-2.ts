/** Chapter 5, exercise 2: the best step of forward differences, (f(x + ε) − f(x)) / ε. */
import { yoursToWrite } from '../exercises/check.js';

/** What is known of f around x. */
export interface Known {
  /** |f|. */
  readonly size: number;
  /** |f″|. */
  readonly curvature: number;
  /** u: a value of f is off by up to u |f|. */
  readonly roundoff: number;
}

/** The step at which the errors by truncation and by rounding, together, are least. */
export function bestStep({ size, curvature, roundoff }: Known): number {
  return yoursToWrite('bestStep', size, curvature, roundoff);
}

/** The error at that step. */
export function leastError({ size, curvature, roundoff }: Known): number {
  return yoursToWrite('leastError', size, curvature, roundoff);
}
