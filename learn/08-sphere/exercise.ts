/** Chapter 8, exercise 1: the step and its gradient, for rows of plain numbers. */
import { yoursToWrite } from '../exercises/check.js';

/** Rows of d numbers each. */
export type Rows = readonly (readonly number[])[];

/** What the loss changes by, for each unit that h, the target and α are moved: of their shapes. */
export interface StepGradients {
  readonly dh: Rows;
  readonly dTarget: Rows;
  readonly dAlpha: readonly number[];
}

/** unit(h + |α| ⊙ (target − h)) for each row; `alpha` [d] is shared by all rows. */
export function sphereStep(h: Rows, target: Rows, alpha: readonly number[]): Rows {
  return yoursToWrite('sphereStep', h, target, alpha);
}

/** The gradients by all three, given `g`, the gradient by the rows that `sphereStep` returned. */
export function sphereStepBackward(g: Rows, h: Rows, target: Rows, alpha: readonly number[]): StepGradients {
  return yoursToWrite('sphereStepBackward', g, h, target, alpha);
}
