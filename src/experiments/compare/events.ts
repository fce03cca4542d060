/** What a comparison tells as it goes; the JSON lines of `ngpt compare --json`. */
import type { ByArchitecture, ComparedRun } from './comparison.js';
import type { RunSpec } from './plan.js';

export type CompareEvent =
  | CompareStart
  | RunStart
  | RunStep
  | RunEval
  | RunDone
  | RunFailed
  | RunStopped
  | CompareDone;

export interface CompareStart {
  readonly event: 'start';
  /** All runs of the plan as far as it is known, finished ones included. */
  readonly runs: number;
  readonly finished: number;
  readonly jobs: number;
  readonly stepsLeft: ByArchitecture<number>;
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

export interface RunDone extends Omit<ComparedRun, 'evaluations'> {
  readonly event: 'run-done';
  /** Of the plan, which may have grown. */
  readonly runs: number;
  readonly finished: number;
  /** Of runs that are not going on, and of those that are. */
  readonly stepsLeft: ByArchitecture<number>;
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

export interface CompareDone {
  readonly event: 'done';
  /** Path of `comparison.json`. */
  readonly comparison: string;
  readonly finished: number;
  readonly failed: number;
  /** Runs of the plan that are not finished. */
  readonly missing: number;
}
