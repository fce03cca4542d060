/** What comes of replaying a reference run: errors by group, and what is allowed. */
import type { Backend } from '../../tensor/index.js';

/** How far parameters may be from the recorded ones, over the elements of one tensor. */
export interface ParameterError {
  /** Root of the mean square. */
  readonly rms: number;
  readonly max: number;
}

/** The largest errors of a replay, by group. A NaN anywhere makes the error of its group NaN. */
export interface VerifyErrors {
  /** Absolute, of the first batch. */
  readonly logits: number;
  /** Absolute, over all blocks, of the first batch. */
  readonly hidden: number;
  /** By parameter: length of the difference over length of the reference, before clipping, of the first batch. */
  readonly gradients: Readonly<Record<string, number>>;
  /** Absolute, over all steps. */
  readonly losses: number;
  /** By number of steps made, the largest over all parameters. */
  readonly parameters: Readonly<Record<string, ParameterError>>;
  /** nGPT: the largest | ‖x‖ − 1 | of matrices after every recorded step and of hidden states at the end. */
  readonly unitNorms: { readonly matrices: number; readonly hidden: number } | null;
}

/** One line of a report. */
export interface GroupError {
  /** Such as `logits`, `gradients/sz` or `parameters/5/rms`. */
  readonly group: string;
  readonly error: number;
  readonly tolerance: number;
}

export interface VerifyReport {
  readonly backend: Backend['name'];
  readonly mode: string;
  readonly errors: VerifyErrors;
  /** The groups beyond their tolerance. */
  readonly misses: readonly string[];
  readonly pass: boolean;
}

/**
 * The largest errors allowed in float32. Adam divides by √v + ε, so that rounding shows in parameters most where
 * gradients are small; they have two of their own, five and ten times what PyTorch is off between its own precisions.
 */
export const TOLERANCES = {
  logits: 5e-6,
  hidden: 5e-6,
  gradients: 2e-5,
  losses: 1e-5,
  parameters: { rms: 1e-5, max: 2e-3 },
  unitNorms: { matrices: 1e-6, hidden: 1e-5 },
} as const;

/** The errors as a flat list, each with the largest that is allowed. */
export function groupErrors(errors: VerifyErrors): GroupError[] {
  const { logits, hidden, gradients, losses, parameters, unitNorms } = errors;
  const list: [group: string, error: number, tolerance: number][] = [
    ['logits', logits, TOLERANCES.logits],
    ['hidden', hidden, TOLERANCES.hidden],
  ];
  for (const [name, error] of Object.entries(gradients)) {
    list.push([`gradients/${name}`, error, TOLERANCES.gradients]);
  }
  list.push(['losses', losses, TOLERANCES.losses]);
  for (const [step, { rms, max }] of Object.entries(parameters)) {
    list.push([`parameters/${step}/rms`, rms, TOLERANCES.parameters.rms]);
    list.push([`parameters/${step}/max`, max, TOLERANCES.parameters.max]);
  }
  if (unitNorms !== null) {
    list.push(['unitNorms/matrices', unitNorms.matrices, TOLERANCES.unitNorms.matrices]);
    list.push(['unitNorms/hidden', unitNorms.hidden, TOLERANCES.unitNorms.hidden]);
  }
  return list.map(([group, error, tolerance]) => ({ group, error, tolerance }));
}
