import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBackend, type FusedKernels, liveBuffers } from '../../../../src/index.js';
import { createGpuBackend, type GpuBackend } from '../../../../src/tensor/backends/gpu/index.js';
import { expectAgreement } from '../../../helpers/kernels/agreement.js';
import { FUSED } from '../../../helpers/kernels/fused-cases.js';
import type { KernelCase } from '../../../helpers/kernels/kernel-values.js';
import { PRIMITIVES, primitiveNames } from '../../../helpers/kernels/primitive-cases.js';
import { Draw, seeds } from '../../../helpers/values/draw.js';

const reference32 = await createBackend('reference', { dtype: 'float32' });
const reference64 = await createBackend('reference', { dtype: 'float64' });

/** The modes of gpu.js that need no GPU. The tolerances of the cases are those of the wasm backend, and hold. */
const subjects: readonly (readonly [name: string, backend: GpuBackend])[] = [
  ['gpu cpu', await createGpuBackend({ mode: 'cpu' })],
  ['gpu webasm', await createGpuBackend({ mode: 'webasm' })],
];

/** Few runs, since nearly every one compiles kernels for shapes of its own. */
function check(backend: GpuBackend, oracle: typeof reference32, make: (draw: Draw) => KernelCase) {
  return fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const [before, { buffers }] = [liveBuffers(), backend.memory()];
      await expectAgreement(backend, oracle, make(new Draw(seed)));
      expect(liveBuffers()).toBe(before);
      expect(backend.memory().buffers).toBe(buffers);
    }),
    { numRuns: 30 },
  );
}

describe.each(subjects)('%s agrees with reference', (_, backend) => {
  it.each(primitiveNames)('in %s', async (name) => {
    for (const make of PRIMITIVES[name]) await check(backend, reference32, make);
  });
});

describe.each(subjects)('%s agrees with the definitions in double precision', (_, backend) => {
  it.each(Object.keys(FUSED) as (keyof FusedKernels)[])('in %s', async (name) => {
    await check(backend, reference64, FUSED[name]);
  });
});
