/** Chapter 5, exercise 2, solved: the error is at most ½ |f″| ε + 2 u |f| / ε. */
import type { Known } from './exercise-2.js';

/** Where its derivative by ε, ½ |f″| − 2 u |f| / ε², is 0. */
export function bestStep({ size, curvature, roundoff }: Known): number {
  return 2 * Math.sqrt((roundoff * size) / curvature);
}

/** Both parts are the same there, √(u |f| |f″|). */
export function leastError({ size, curvature, roundoff }: Known): number {
  return 2 * Math.sqrt(roundoff * size * curvature);
}
