/** What stands in the controls before it is begun with. */
import { SETUP_NAMES } from './options.js';
import type { Setup } from './setup.js';

/** Not checked yet, and maybe no value at all. */
export type Draft = Readonly<Partial<Record<keyof Setup, unknown>>>;

/** Whether they differ in more than where the run ends. */
export function isOtherSetup(setup: Setup, than: Setup): boolean {
  return differing(setup, than).some((name) => name !== 'steps');
}

/** Where they end, if that is all they differ in: such a run goes on, and is no new one. */
export function otherEnd(setup: Setup, than: Setup): number | null {
  return setup.steps !== than.steps && !isOtherSetup(setup, than) ? setup.steps : null;
}

/**
 * What the controls hold once the run on screen has gone from one setup to another. What the visitor has changed and not
 * begun with stays, unless it is a whole other setup.
 */
export function draftAfter(draft: Draft, before: Setup, now: Setup): Draft {
  if (isOtherSetup(now, before)) return now;
  return draft.steps === before.steps ? { ...draft, steps: now.steps } : draft;
}

function differing(setup: Setup, than: Setup): (keyof Setup)[] {
  return SETUP_NAMES.filter((name) => JSON.stringify(setup[name]) !== JSON.stringify(than[name]));
}
