import { describe, expect, it } from 'vitest';
import { type Backend, createBackend, type FusedKernels } from '../../../src/index.js';
import { expectAgreements } from '../../helpers/kernels/agreement.js';
import { FUSED } from '../../helpers/kernels/fused-cases.js';
import { PRIMITIVES, primitiveNames } from '../../helpers/kernels/primitive-cases.js';
import { wasmBackends } from '../../helpers/kernels/wasm.js';

const reference32 = await createBackend('reference', { dtype: 'float32' });

/** What is held to the reference backend. The next backend is one more row. */
const subjects: readonly (readonly [name: string, backend: Backend])[] = [
  ...wasmBackends.map(([mode, backend]) => [`wasm ${mode}`, backend] as const),
];

describe.each(subjects)('%s agrees with reference', (_, backend) => {
  it.each(primitiveNames)('in %s', async (name) => {
    for (const make of PRIMITIVES[name]) await expectAgreements(backend, reference32, make, 150);
  });
});

/** A backend without its fused kernels runs the definitions. */
function unfused(backend: Backend): Backend {
  return Object.create(backend, { fused: { value: {} } });
}

describe.each([['reference', reference32] as const, ...subjects])('on %s', (_, backend) => {
  it.each(Object.keys(FUSED) as (keyof FusedKernels)[])('%s does what its definition does', async (name) => {
    await expectAgreements(backend, unfused(backend), FUSED[name], 60);
  });
});

describe.each(subjects)('%s agrees with the definitions in double precision', (_, backend) => {
  it.each(Object.keys(FUSED) as (keyof FusedKernels)[])('in %s', async (name) => {
    expect(backend.fused[name]).toBeTypeOf('function');
    const reference64 = await createBackend('reference', { dtype: 'float64' });
    await expectAgreements(backend, reference64, FUSED[name], 100);
  });
});
