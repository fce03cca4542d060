/** What the page and the thread that runs its code tell each other. */
import type { CheckResult } from '../../../learn/exercises/run-checks.js';

/** Run a text; or check it, as the exercise of a name. */
export type Request =
  | { readonly kind: 'run'; readonly text: string }
  | { readonly kind: 'check'; readonly text: string; readonly exercise: string };

export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'printed'; readonly text: string }
  | { readonly kind: 'checked'; readonly result: CheckResult }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'done' };
