import { expect } from 'vitest';
import { type Backend, liveBuffers } from '../../../src/index.js';
import { asyncProperty } from '../values/draw.js';
import { disagreement, resultsOn } from './comparison.js';
import type { KernelCase, Maker } from './kernel-values.js';

/** Expects what `backend` computes to lie within the tolerance of the case of what `oracle` computes. */
export async function expectAgreement(backend: Backend, oracle: Backend, subject: KernelCase): Promise<void> {
  const [actual, expected] = [await resultsOn(backend, subject), await resultsOn(oracle, subject)];
  expect(disagreement(actual, expected, subject.tolerance)).toBeNull();
}

/** The same of as many random cases, each of which leaves no buffer behind. */
export function expectAgreements(
  backend: Backend,
  oracle: Backend,
  make: Maker,
  runs: number,
): Promise<void> {
  const alive = () => [liveBuffers(), backend.memory().buffers];
  return asyncProperty(async (draw) => {
    const subject = make(draw);
    const before = alive();
    await expectAgreement(backend, oracle, subject);
    expect(alive()).toEqual(before);
  }, runs);
}
