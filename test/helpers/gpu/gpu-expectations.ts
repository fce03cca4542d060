/** What training on a GPU is held to, whatever runs its shaders. */
import { expect } from 'vitest';
import type { VerifyErrors } from '../../../src/training/verify/verify.js';
import type { StepRecord } from './gpu-training.js';

/** Expects a replayed reference run within 10⁻³ in losses and gradients, and vectors of unit length within 10⁻⁵. */
export function expectReplayed(errors: VerifyErrors, name: string): void {
  expect(errors.losses).toBeLessThan(1e-3);
  expect(Math.max(...Object.values(errors.gradients))).toBeLessThan(1e-3);
  expect(errors.unitNorms === null).toBe(name.startsWith('gpt'));
  expect(errors.unitNorms?.matrices ?? 0).toBeLessThan(1e-5);
  expect(errors.unitNorms?.hidden ?? 0).toBeLessThan(1e-5);
}

/** Expects one upload and one readback for each step, the same counts after every one, and half the loss in the end. */
export function expectSteady(records: readonly StepRecord[]): void {
  // The first steps compile, and gpu.js keeps the latest result of each kernel until its next run.
  const [{ loss: _, ...first }, ...others] = records.slice(2);
  expect(first).toMatchObject({ uploads: 1, readbacks: 1, compiled: 0 });
  for (const { loss: _, ...record } of others) expect(record).toEqual(first);
  expect(records[records.length - 1].loss).toBeLessThan(0.5 * records[0].loss);
}
