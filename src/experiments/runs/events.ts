/** What a study tells as it goes; the JSON lines of `ngpt compare --json` and `ngpt sweep --json`. */

/** Anything that a study tells. */
export type StudyEvent =
  | StudyStart
  | RunStart
  | RunStep
  | RunEval
  | RunDone
  | RunFailed
  | RunStopped
  | StudyDone;

export interface Standing {
  /** All runs of the plan as far as it is known, finished ones included; it may grow. */
  readonly runs: number;
  readonly finished: number;
  /** Of runs that are not going on, and of those that are; by kind: the architecture, in a sweep the size. */
  readonly stepsLeft: Readonly<Record<string, number>>;
}

export interface StudyStart extends Standing {
  readonly event: 'start';
  readonly jobs: number;
}

export interface RunStart extends RunSpec {
  readonly event: 'run-start';
  readonly name: string;
  /** Steps made before. */
  readonly resumedFrom: number;
  /** Of its process. */
  readonly pid: number;
  readonly parameters: number;
  readonly mode: string;
}

/** Not among the lines of `--json`: `log.jsonl` of the run has them. */
export interface RunStep {
  readonly event: 'run-step';
  readonly name: string;
  readonly step: number;
  readonly msPerStep: number;
}

export interface RunEval {
  readonly event: 'run-eval';
  readonly name: string;
  readonly step: number;
  readonly trainLoss: number;
  readonly valLoss: number;
}

export interface RunDone extends Omit<ComparedRun, 'evaluations'>, Standing {
  readonly event: 'run-done';
}

export interface RunFailed {
  readonly event: 'run-failed';
  readonly name: string;
  readonly message: string;
}

export interface RunStopped {
  readonly event: 'run-stopped';
  readonly name: string;
}

export interface StudyDone {
  readonly event: 'done';
  /** Path of `comparison.json`, of a comparison. */
  readonly comparison?: string;
  /** Path of `sweep.json`, of a sweep. */
  readonly sweep?: string;
  readonly finished: number;
  readonly failed: number;
  /** Runs of the plan that are not finished. */
  readonly missing: number;
}

import type { ComparedRun, RunSpec } from './run.js';
