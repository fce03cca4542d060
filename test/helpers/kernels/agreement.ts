import { expect } from 'vitest';
import type { Backend } from '../../../src/index.js';
import { disagreement, resultsOn } from './comparison.js';
import type { KernelCase } from './kernel-values.js';

/** Expects what `backend` computes to lie within the tolerance of the case of what `oracle` computes. */
export async function expectAgreement(backend: Backend, oracle: Backend, subject: KernelCase): Promise<void> {
  const [actual, expected] = [await resultsOn(backend, subject), await resultsOn(oracle, subject)];
  expect(disagreement(actual, expected, subject.tolerance)).toBeNull();
}
