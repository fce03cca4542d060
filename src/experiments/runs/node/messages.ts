/** What a comparison and the processes of its runs tell each other. */
import type { TrainEvent } from '../../../training/loop/events.js';
import type { RunOrder } from './make-run.js';
import type { RunResult } from './run-result.js';

export type ToRun = { readonly kind: 'make'; readonly order: RunOrder } | { readonly kind: 'stop' };

export type FromRun =
  | { readonly kind: 'event'; readonly event: TrainEvent }
  | { readonly kind: 'done'; readonly result: RunResult }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string };
