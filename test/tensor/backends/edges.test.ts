import { describe, it } from 'vitest';
import { type Backend, createBackend } from '../../../src/index.js';
import { expectAgreements } from '../../helpers/kernels/agreement.js';
import { SCALES, SPREADING } from '../../helpers/kernels/edge-cases.js';
import { SPREADING_BACK } from '../../helpers/kernels/edge-derivatives.js';
import { INTEGERS } from '../../helpers/kernels/integer-cases.js';
import { wasmBackends } from '../../helpers/kernels/wasm.js';

const reference = await createBackend('reference');
const reference64 = await createBackend('reference', { dtype: 'float64' });

const wasm = wasmBackends.map(([mode, backend]) => [`wasm ${mode}`, backend] as const);

const gpu: readonly (readonly [name: string, backend: Backend])[] = [
  ['gpu cpu', await createBackend('gpu', { mode: 'cpu' })],
  ['gpu webasm', await createBackend('gpu', { mode: 'webasm' })],
];

/**
 * Where a query sees scores of -∞ only, its row is NaN elsewhere. On the gpu the future has a score next to the lowest
 * number, since shaders may do without infinities, and takes the weight.
 */
const NOT_ON_GPU = ['attention'];

const RUNS = 100;

describe.each([...wasm, ...gpu])('%s', (_, backend) => {
  const spreading = Object.entries(SPREADING).filter(
    ([name]) => backend.name !== 'gpu' || !NOT_ON_GPU.includes(name),
  );

  it.each(spreading)('spreads NaN and infinities in %s as reference does', async (_, make) => {
    await expectAgreements(backend, reference, make, RUNS);
  });

  it.each(Object.entries(SPREADING_BACK))('spreads them back in %s', async (_, make) => {
    await expectAgreements(backend, reference, make, RUNS);
  });

  it.each(Object.entries(SCALES))('takes rows of any length in %s', async (_, make) => {
    await expectAgreements(backend, reference64, make, RUNS);
  });
});

describe.each(wasm)('%s', (_, backend) => {
  it.each(Object.entries(INTEGERS))('keeps to every int32 in %s', async (_, make) => {
    await expectAgreements(backend, reference, make, RUNS);
  });
});
