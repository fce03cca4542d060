import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Backend, createBackend, type FusedKernels, liveBuffers } from '../../../src/index.js';
import { expectAgreement } from '../../helpers/kernels/agreement.js';
import { FUSED } from '../../helpers/kernels/fused-cases.js';
import type { KernelCase } from '../../helpers/kernels/kernel-values.js';
import { PRIMITIVES, primitiveNames } from '../../helpers/kernels/primitive-cases.js';
import { Draw, seeds } from '../../helpers/values/draw.js';

const reference32 = await createBackend('reference', { dtype: 'float32' });

/** What is held to the reference backend. The next backend is one more row. */
const subjects: readonly (readonly [name: string, backend: Backend])[] = [
  ['wasm simd', await createBackend('wasm', { mode: 'simd' })],
  ['wasm relaxed-simd', await createBackend('wasm', { mode: 'relaxed-simd' })],
];

function check(backend: Backend, oracle: Backend, make: (draw: Draw) => KernelCase, numRuns: number) {
  return fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const before = liveBuffers();
      await expectAgreement(backend, oracle, make(new Draw(seed)));
      expect(liveBuffers()).toBe(before);
    }),
    { numRuns },
  );
}

describe.each(subjects)('%s agrees with reference', (_, backend) => {
  it.each(primitiveNames)('in %s', async (name) => {
    for (const make of PRIMITIVES[name]) await check(backend, reference32, make, 150);
  });
});

/** A backend without its fused kernels runs the definitions. */
function unfused(backend: Backend): Backend {
  return Object.create(backend, { fused: { value: {} } });
}

describe.each([['reference', reference32] as const, ...subjects])('on %s', (_, backend) => {
  it.each(Object.keys(FUSED) as (keyof FusedKernels)[])('%s does what its definition does', async (name) => {
    await check(backend, unfused(backend), FUSED[name], 60);
  });
});

describe.each(subjects)('%s agrees with the definitions in double precision', (_, backend) => {
  it.each(Object.keys(FUSED) as (keyof FusedKernels)[])('in %s', async (name) => {
    expect(backend.fused[name]).toBeTypeOf('function');
    const reference64 = await createBackend('reference', { dtype: 'float64' });
    await check(backend, reference64, FUSED[name], 100);
  });
});
