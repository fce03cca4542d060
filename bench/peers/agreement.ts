/** That all contenders compute the same; what differs would be faster or slower for another reason. */
import type { CaseName } from './protocol.js';

/** Thrown where contenders disagree: nothing is measured then. */
export class DisagreementError extends Error {
  override readonly name = 'DisagreementError';
}

/** What one contender computed. */
export interface Answer {
  readonly contender: string;
  readonly values: Float32Array;
}

/** Of the largest value, for kernels; of the loss itself, for the step. */
const TOLERANCE = { kernels: 1e-4, step: 1e-3 } as const;

/**
 * Holds every answer to `wanted`. Values are compared against the largest one wanted, losses each by itself.
 * @throws DisagreementError for the first that differs.
 */
export function requireAgreement(
  name: CaseName,
  wanted: ArrayLike<number>,
  answers: readonly Answer[],
): void {
  const isStep = name === 'step';
  const tolerance = isStep ? TOLERANCE.step : TOLERANCE.kernels * largest(wanted);
  for (const { contender, values } of answers) {
    if (values.length !== wanted.length) {
      throw new DisagreementError(
        `${name}: ${contender} computes ${values.length} values, wanted ${wanted.length}; nothing was measured`,
      );
    }
    for (let i = 0; i < wanted.length; i++) {
      // Written so that NaN differs from everything.
      if (Math.abs(values[i] - wanted[i]) <= tolerance) continue;
      const what = isStep ? `a loss of ${values[i]} in step ${i + 1}` : `${values[i]} at ${i}`;
      throw new DisagreementError(
        `${name}: ${contender} computes ${what}, wanted ${wanted[i]} within ${tolerance.toPrecision(2)}; nothing was measured`,
      );
    }
  }
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}
