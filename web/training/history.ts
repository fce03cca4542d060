/** What a model has told of its training, in columns as curves are drawn from. */
import type { EvalPoint, StepPoint } from './protocol.js';

/** Losses of the batches. */
export interface StepColumns {
  readonly step: number[];
  readonly loss: number[];
  readonly seconds: number[];
}

/** Held-out and training loss of the evaluations. */
export interface EvalColumns {
  readonly step: number[];
  readonly trainLoss: number[];
  readonly valLoss: number[];
  readonly seconds: number[];
}

/** Both, of one model. */
export class History {
  /** Empty, or what was kept of another one. */
  constructor(
    readonly steps: StepColumns = { step: [], loss: [], seconds: [] },
    readonly evaluations: EvalColumns = { step: [], trainLoss: [], valLoss: [], seconds: [] },
  ) {}

  addStep({ step, loss, seconds }: StepPoint): void {
    this.steps.step.push(step);
    this.steps.loss.push(loss);
    this.steps.seconds.push(seconds);
  }

  addEvaluation({ step, trainLoss, valLoss, seconds }: EvalPoint): void {
    this.evaluations.step.push(step);
    this.evaluations.trainLoss.push(trainLoss);
    this.evaluations.valLoss.push(valLoss);
    this.evaluations.seconds.push(seconds);
  }

  /** Steps made. */
  get lastStep(): number {
    return this.steps.step.at(-1) ?? 0;
  }

  /** Forgets what came after a step, which is made again. */
  backTo(step: number): void {
    cutAfter(this.steps, step);
    cutAfter(this.evaluations, step);
  }
}

function cutAfter(columns: StepColumns | EvalColumns, step: number): void {
  const kept = columns.step.filter((made) => made <= step).length;
  for (const column of Object.values(columns) as number[][]) column.length = kept;
}
