/** What a training session tells the thread that has the terminal. */
import { ConfigError, SphereGradError } from '../../tensor/index.js';
import type { TrainEvent } from '../../training/loop/events.js';

export type SessionMessage =
  /** The out-dir is the run's from now on. */
  | { readonly kind: 'opened'; readonly outDir: string }
  /** A remark for people. */
  | { readonly kind: 'note'; readonly text: string }
  /** One that matters even where nobody takes the output any more. */
  | { readonly kind: 'last-note'; readonly text: string }
  /** What went wrong without an end of the run. */
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'event'; readonly event: TrainEvent }
  /** How many batches an evaluation has been through, of how many. */
  | { readonly kind: 'evaluating'; readonly made: number; readonly total: number }
  | { readonly kind: 'report'; readonly text: string };

/** An error on its way to another thread, which would make a plain `Error` of it. */
export interface SentError {
  /** Whether it is for users to put right. */
  readonly isExpected: boolean;
  readonly message: string;
  readonly stack: string | undefined;
  readonly settings: readonly string[];
}

export function sendError(error: unknown): SentError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const settings = error instanceof ConfigError ? error.settings : [];
  return { isExpected: error instanceof SphereGradError, message, stack, settings };
}

/** An error that is reported as the one that was sent. */
export function receiveError({ isExpected, message, stack, settings }: SentError): Error {
  if (isExpected) return new ConfigError(message, { settings });
  return Object.assign(new Error(message), stack === undefined ? {} : { stack });
}
