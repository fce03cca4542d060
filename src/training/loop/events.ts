/** The events of a training run: its start, each step and evaluation, and its end. Explained in docs/logs.md. */
import type { ModelConfig } from '../../ngpt/index.js';
import type { TrainSettings } from '../settings/settings.js';

/** What a training run tells as it goes; the JSON lines of `ngpt train --json`. Losses are in nats. */
export type TrainEvent = StartEvent | StepEvent | EvalEvent | DoneEvent;

/** A run begins: its settings, model and data. */
export interface StartEvent extends Omit<TrainSettings, keyof ModelConfig>, ModelConfig {
  readonly event: 'start';
  readonly data: string;
  readonly trainTokens: number;
  readonly valTokens: number;
  readonly backend: string;
  /** Which build or device really runs. */
  readonly mode: string;
  readonly parameters: number;
  /** What each thread is expected to take at most, in bytes. */
  readonly estimatedBytes: number;
  /** Steps made before, by the run that this one resumes. */
  readonly resumedFrom: number;
}

/** A step is made: its loss in nats per token, its rate and its speed. */
export interface StepEvent {
  readonly event: 'step';
  /** Steps made, this one included. */
  readonly step: number;
  /** Of this step's batch, before the update. */
  readonly loss: number;
  readonly lr: number;
  readonly tokensPerSecond: number;
  readonly msPerStep: number;
  /** Of each thread, the main one first. */
  readonly memory: readonly MemoryUse[];
}

/** What the backend of one thread holds after a step. */
export interface MemoryUse {
  /** In tensors. */
  readonly usedBytes: number;
  /** Taken from the system, free blocks kept for reuse included. */
  readonly reservedBytes: number;
}

/** An evaluation is made: both losses, in nats per token. */
export interface EvalEvent {
  readonly event: 'eval';
  /** Steps made so far. */
  readonly step: number;
  readonly trainLoss: number;
  readonly valLoss: number;
  /** The largest | ‖x‖ − 1 | over all matrices and hidden states; null for the baseline, which has no unit vectors. */
  readonly maxNormError: number | null;
}

/**
 * Why a run ended: all its steps are made, evaluations got no better for too long, its time was up, or it was asked to
 * stop.
 */
export type EndReason = 'max-iters' | 'early-stopping' | 'max-minutes' | 'stopped';

/** The run is over; its last checkpoint is written. */
export interface DoneEvent {
  readonly event: 'done';
  readonly reason: EndReason;
  readonly steps: number;
  /** Of the last evaluation; null if the run ended before there was one. */
  readonly valLoss: number | null;
  readonly seconds: number;
  /** Path of the last checkpoint; null if a run from scratch ended before it had made a step. */
  readonly checkpoint: string | null;
  /** The largest | ‖x‖ − 1 | over all matrices and hidden states; null for the baseline, which has no unit vectors. */
  readonly maxNormError: number | null;
}
