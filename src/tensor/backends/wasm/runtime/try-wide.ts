/** Whether `auto` tries the wide build. In a file of its own, so that saying so loads no kernels. */

import { requireCallback } from '../../../checks/callback.js';

/** Told in one line what people should know. */
export type Warn = (line: string) => void;

let warn: Warn | null = null;

/**
 * Lets backends that are made from now on measure once whether the wide build is faster here, and take it if so. Worth
 * the few milliseconds only where V8 was told to pair vectors: `allowFastSimd` of training does both.
 * Where it is faster, but any kernel has other bits than in the relaxed build, the latter runs and `tell` is told so, by
 * default on the console.
 */
export function tryWide(tell: Warn = (line) => console.warn(line)): void {
  requireCallback('tryWide', tell);
  warn = tell;
}

/** What to tell if it fails, or null where it is not to be tried. */
export function mayTryWide(): Warn | null {
  return warn;
}
