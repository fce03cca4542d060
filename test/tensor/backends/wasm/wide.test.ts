import { describe, expect, it } from 'vitest';
import { attentionBackward } from '../../../../src/autograd/fused-derivatives.js';
import { attention, modelConfig } from '../../../../src/index.js';
import { expectAgreement, expectAgreements } from '../../../helpers/kernels/agreement.js';
import { FUSED } from '../../../helpers/kernels/fused-cases.js';
import { normal } from '../../../helpers/kernels/kernel-values.js';
import { PRIMITIVES } from '../../../helpers/kernels/primitive-cases.js';
import { wasmBackends } from '../../../helpers/kernels/wasm.js';
import { recordRun } from '../../../helpers/models/reference-runs.js';
import { expectClose, expectFinite } from '../../../helpers/values/close.js';
import { asyncProperty } from '../../../helpers/values/draw.js';
import { EXACT } from '../../../helpers/values/tolerance.js';

const { 'relaxed-simd': relaxed, wide } = Object.fromEntries(wasmBackends);

describe('the wide build has the bits of the relaxed one', () => {
  it('in products of any size, across blocks', async () => {
    await asyncProperty(async (draw) => {
      const [m, n] = [draw.integer(1, 150), draw.integer(1, 150)];
      const k = draw.pick(draw.integer(1, 40), draw.integer(250, 600));
      const [transposeA, transposeB] = [draw.pick(true, false), draw.pick(true, false)];
      const inputs = [normal(draw, transposeA ? [k, m] : [m, k]), normal(draw, transposeB ? [n, k] : [k, n])];
      await expectAgreement(wide, relaxed, {
        inputs,
        f: (a, b) => [a.matmul(b, { transposeA, transposeB })],
        tolerance: EXACT,
      });
    }, 60);
  });

  it('in attention and its derivatives, across blocks', async () => {
    await asyncProperty(async (draw) => {
      const [heads, headDim, queries] = [draw.integer(1, 2), draw.integer(1, 40), draw.integer(1, 140)];
      const of = (length: number) => normal(draw, [1, length, heads, headDim]);
      const keys = queries + draw.integer(0, 20);
      await expectAgreement(wide, relaxed, {
        inputs: [of(queries), of(queries), of(keys), of(keys)],
        f: (g, q, k, v) => [attention(q, k, v, 1.5), ...attentionBackward(g, q, k, v, 1.5)],
        tolerance: EXACT,
      });
    }, 40);
  });

  it.each([...Object.entries(FUSED), ...PRIMITIVES.matmul.map((make) => ['matmul', make] as const)])(
    'in %s',
    async (_, make) => {
      await expectAgreements(wide, relaxed, (draw) => ({ ...make(draw), tolerance: EXACT }), 50);
    },
  );

  // Blocks of queries, steps of k and tiles all end in the middle.
  it.each(['ngpt', 'gpt'] as const)('in every gradient, loss and parameter of a training: %s', (arch) => {
    const config = modelConfig({ arch, vocabSize: 65, blockSize: 70, nLayer: 2, nHead: 3, nEmbd: 54 });
    const run = { config, batchSize: 5, steps: 4, recorded: [1, 4] };
    const [actual, expected] = [recordRun(run, wide), recordRun(run, relaxed)];
    expect([...actual.tensors.keys()]).toEqual([...expected.tensors.keys()]);
    for (const [name, { data }] of expected.tensors) {
      expectFinite(data);
      expectClose(actual.tensors.get(name)!.data, data, EXACT, name);
    }
  });
});
