import { describe, it } from 'vitest';
import { createBackend, type FusedKernels } from '../../../../src/index.js';
import { createGpuBackend, type GpuBackend } from '../../../../src/tensor/backends/gpu/index.js';
import { expectAgreements } from '../../../helpers/kernels/agreement.js';
import { FUSED } from '../../../helpers/kernels/fused-cases.js';
import { PRIMITIVES, primitiveNames } from '../../../helpers/kernels/primitive-cases.js';

const reference32 = await createBackend('reference', { dtype: 'float32' });
const reference64 = await createBackend('reference', { dtype: 'float64' });

/** The modes of gpu.js that need no GPU. The tolerances of the cases are those of the wasm backend, and hold. */
const subjects: readonly (readonly [name: string, backend: GpuBackend])[] = [
  ['gpu cpu', await createGpuBackend({ mode: 'cpu' })],
  ['gpu webasm', await createGpuBackend({ mode: 'webasm' })],
];

/** Few, since nearly every one compiles kernels for shapes of its own. */
const RUNS = 30;

describe.each(subjects)('%s agrees with reference', (_, backend) => {
  it.each(primitiveNames)('in %s', async (name) => {
    for (const make of PRIMITIVES[name]) await expectAgreements(backend, reference32, make, RUNS);
  });
});

describe.each(subjects)('%s agrees with the definitions in double precision', (_, backend) => {
  it.each(Object.keys(FUSED) as (keyof FusedKernels)[])('in %s', async (name) => {
    await expectAgreements(backend, reference64, FUSED[name], RUNS);
  });
});
