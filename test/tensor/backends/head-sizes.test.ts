/** Heads of odd sizes, down to one number, which models without a rotary embedding may have. */
import { describe, it } from 'vitest';
import { attentionBackward } from '../../../src/autograd/fused-derivatives.js';
import { attention, type Backend, createBackend } from '../../../src/index.js';
import { expectAgreement } from '../../helpers/kernels/agreement.js';
import { reference64 } from '../../helpers/kernels/backends.js';
import { normal } from '../../helpers/kernels/kernel-values.js';
import { wasmBackends } from '../../helpers/kernels/wasm.js';
import { Draw } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

const subjects: readonly (readonly [name: string, backend: Backend])[] = [
  ['reference', await createBackend('reference')],
  ...wasmBackends.map(([mode, backend]) => [`wasm ${mode}`, backend] as const),
  ['gpu cpu', await createBackend('gpu', { mode: 'cpu' })],
  ['gpu webasm', await createBackend('gpu', { mode: 'webasm' })],
];

describe.each(subjects)('attention on %s', (_, backend) => {
  // 9 queries after 2 keys: no power of two, and a tail in every vector of four.
  it.each([1, 3, 5, 7])('is that of the definitions with heads of %i, forward and backward', async (size) => {
    const draw = new Draw(size);
    const [queries, keys] = [
      [2, 9, 3, size],
      [2, 11, 3, size],
    ];
    await expectAgreement(backend, reference64, {
      inputs: [normal(draw, queries), normal(draw, queries), normal(draw, keys), normal(draw, keys)],
      f: (g, q, k, v) => [attention(q, k, v, 0.6), ...attentionBackward(g, q, k, v, 0.6)],
      tolerance: absolute(2e-5),
    });
  });
});
