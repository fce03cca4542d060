import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ModelConfig, modelConfig } from '../../../src/ngpt/index.js';
import { createBackend, liveBuffers } from '../../../src/tensor/index.js';
import type { SafetensorsFile } from '../../../src/training/checkpoint/safetensors.js';
import { groupErrors, TOLERANCES, verifyReferenceRun } from '../../../src/training/verify/verify.js';
import { configs, tinyConfig } from '../../helpers/models/models.js';
import { changed, recordRun, SHARED_RUNS, sharedRun } from '../../helpers/models/reference-runs.js';

const double = await createBackend('reference', { dtype: 'float64' });
const single = await createBackend('reference');
const simd = await createBackend('wasm', { mode: 'simd' });
const relaxed = await createBackend('wasm', { mode: 'relaxed-simd' });
const wide = await createBackend('wasm', { mode: 'wide' });
const BACKENDS = [double, single, simd, relaxed, wide].map(
  (backend) => [backend.name, backend.mode, backend] as const,
);

/** With the options that a recorded run tells of; all others have their defaults. */
function recordable(config: ModelConfig): ModelConfig {
  const { arch, vocabSize, blockSize, nLayer, nHead, nEmbd, dMlp, alphaInit, rope, ropeBase } = config;
  return modelConfig({
    ...{ arch, vocabSize, blockSize, nLayer, nHead, nEmbd, dMlp, alphaInit, rope, ropeBase },
  });
}

/** The same change to the tensors of this name in both layers. */
function inLayers(
  name: string,
  change: (value: number) => number,
): Record<string, (value: number) => number> {
  return { [`init/transformer.h.0.${name}`]: change, [`init/transformer.h.1.${name}`]: change };
}

async function misses(file: SafetensorsFile): Promise<readonly string[]> {
  const report = await verifyReferenceRun(file, simd);
  expect(report.pass).toBe(report.misses.length === 0);
  return report.misses;
}

describe.each(SHARED_RUNS)('the shared run %s', (name) => {
  it.each(BACKENDS)('passes on %s (%s), with nothing left behind', async (_name, _mode, backend) => {
    const before = liveBuffers();
    const report = await verifyReferenceRun(sharedRun(name), backend);
    expect(report.misses).toEqual([]);
    expect(report.pass).toBe(true);
    expect(report).toMatchObject({ backend: backend.name, mode: backend.mode });
    // Rounding in float32, twenty times below the tolerances: anything larger is a mistake somewhere.
    for (const { group, error, tolerance } of groupErrors(report.errors)) {
      expect(error, group).toBeLessThan(group.startsWith('unit') ? tolerance / 5 : tolerance / 10);
    }
    expect(liveBuffers()).toBe(before);
  });

  it('is compared in every group of the design', async () => {
    const { errors } = await verifyReferenceRun(sharedRun(name), simd);
    const parameters = [...sharedRun(name).tensors.keys()].filter((key) => key.startsWith('init/'));
    expect(
      Object.keys(errors.gradients)
        .map((key) => `init/${key}`)
        .sort(),
    ).toEqual(parameters.sort());
    expect(Object.keys(errors.parameters)).toEqual(['1', '5', '20']);
    for (const { group, error, tolerance } of groupErrors(errors)) {
      expect(error, group).toBeGreaterThan(0);
      expect(tolerance, group).toBeLessThanOrEqual(2e-3);
    }
    expect(errors.unitNorms === null).toBe(name === 'gpt-tiny');
  });
});

describe('the tolerances', () => {
  it('are no wider than rounding asks for', () => {
    expect(TOLERANCES).toMatchObject({
      logits: 5e-6,
      hidden: 5e-6,
      gradients: 2e-5,
      losses: 1e-5,
      parameters: { rms: 1e-5, max: 2e-3 },
    });
  });
});

describe('runs of other shapes', () => {
  const arch = fc.constantFrom('ngpt' as const, 'gpt' as const);
  const runs = fc.record({
    config: arch.chain(configs).map(recordable),
    batchSize: fc.integer({ min: 1, max: 3 }),
    steps: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat(),
  });

  it('are understood, down to one of everything, whatever the steps recorded', async () => {
    await fc.assert(
      fc.asyncProperty(
        runs,
        fc.subarray([1, 2, 3, 4]),
        fc.constantFrom(0, 1),
        async (run, some, gradClip) => {
          const recorded = some.filter((step) => step <= run.steps);
          const { errors, misses } = await verifyReferenceRun(
            recordRun({ ...run, recorded, gradClip }, double),
            double,
          );
          expect(misses).toEqual([]);
          expect(Object.keys(errors.parameters).map(Number)).toEqual(recorded);
        },
      ),
      { numRuns: 40 },
    );
  });

  // Fixed ones, because a random model may lose more digits in float32 than the tolerances leave.
  it.each([
    { arch: 'ngpt', vocabSize: 65, blockSize: 33, nLayer: 1, nHead: 3, nEmbd: 30, dMlp: 17, batchSize: 3 },
    { arch: 'ngpt', vocabSize: 7, blockSize: 5, nLayer: 5, nHead: 1, nEmbd: 22, dMlp: 3, batchSize: 1 },
    // With one unit in the MLP the gradients of c_fc and suv are 0 but for rounding.
    { arch: 'ngpt', vocabSize: 12, blockSize: 7, nLayer: 2, nHead: 1, nEmbd: 10, dMlp: 1, batchSize: 2 },
    { arch: 'ngpt', vocabSize: 130, blockSize: 1, nLayer: 2, nHead: 4, nEmbd: 8, dMlp: 64, batchSize: 5 },
    {
      arch: 'ngpt',
      rope: 'released',
      vocabSize: 19,
      blockSize: 21,
      nLayer: 3,
      nHead: 5,
      nEmbd: 50,
      dMlp: 41,
      batchSize: 1,
    },
    {
      arch: 'ngpt',
      rope: 'none',
      vocabSize: 14,
      blockSize: 13,
      nLayer: 2,
      nHead: 1,
      nEmbd: 3,
      dMlp: 12,
      batchSize: 4,
    },
    {
      arch: 'ngpt',
      rope: 'none',
      vocabSize: 23,
      blockSize: 9,
      nLayer: 2,
      nHead: 3,
      nEmbd: 15,
      dMlp: 7,
      batchSize: 2,
    },
    { arch: 'gpt', vocabSize: 33, blockSize: 17, nLayer: 3, nHead: 3, nEmbd: 18, dMlp: 5, batchSize: 1 },
    {
      arch: 'gpt',
      rope: 'released',
      vocabSize: 9,
      blockSize: 40,
      nLayer: 1,
      nHead: 1,
      nEmbd: 14,
      dMlp: 70,
      batchSize: 3,
    },
  ] as const)(
    'pass on every backend: $arch of $nEmbd in $nHead heads, $batchSize × $blockSize',
    async (shape) => {
      const { batchSize, ...sizes } = shape;
      const file = recordRun({ config: modelConfig(sizes), batchSize, steps: 3, recorded: [1, 3] }, double);
      for (const backend of [single, simd, relaxed, wide]) {
        expect((await verifyReferenceRun(file, backend)).misses, backend.mode).toEqual([]);
      }
    },
  );
});

describe('a wrong formula does not pass', () => {
  const run = sharedRun('ngpt-tiny');

  it('the other rotary step', async () => {
    expect(await misses(changed(run, { rope: 'released' }))).toContain('logits');
    expect(await misses(changed(sharedRun('ngpt-tiny-released-rope'), { rope: 'rotary' }))).toContain(
      'logits',
    );
    expect(await misses(changed(sharedRun('gpt-tiny'), { rope: 'released' }))).toContain('logits');
    expect(await misses(changed(run, { rope_base: '9000' }))).toContain('hidden');
  });

  it('no rotary step', async () => {
    for (const name of SHARED_RUNS)
      expect(await misses(changed(sharedRun(name), { rope: 'none' })), name).toContain('logits');
  });

  it('another number of heads', async () => {
    expect(await misses(changed(run, { n_head: '4' }))).toContain('logits');
  });

  // Queries and keys both carry s_qk: dividing it by √8 turns √d_k into 1/√d_k.
  it('1/√d_k for √d_k', async () => {
    const found = await misses(
      changed(
        run,
        {},
        inLayers('sqk', (s) => s / Math.sqrt(8)),
      ),
    );
    expect(found).toEqual(expect.arrayContaining(['logits', 'hidden', 'losses', 'gradients/sz']));
  });

  // What is stored acts √16 = 4 times as large.
  it.each([
    ['s_qk left out', inLayers('sqk', () => 1 / 4)],
    ['√d left out of the MLP', inLayers('suv', (s) => s / 4)],
    ['s_u and s_v left out', inLayers('suv', () => 1)],
    ['s_z left out', { 'init/sz': () => 1 / 4 }],
    ['scales that act as they are stored', inLayers('attn_alpha', (s) => s * 5)],
    ['α left out', { ...inLayers('attn_alpha', () => 1 / 4), ...inLayers('mlp_alpha', () => 1 / 4) }],
  ])('%s', async (_what, tensors) => {
    const found = await misses(changed(run, {}, tensors));
    expect(found).toEqual(expect.arrayContaining(['logits', 'losses']));
  });

  it('another step size, for scales too', async () => {
    for (const metadata of [{ lr: '0.0101' }, { beta1: '0.89' }, { beta2: '0.96' }, { eps: '1e-4' }]) {
      const found = await misses(changed(run, metadata));
      expect(found).toContain('parameters/20/rms');
      expect(found).not.toContain('logits');
    }
    expect(await misses(changed(run, { alpha_init: '0.051' }))).toContain(
      'gradients/transformer.h.0.attn_alpha',
    );
  });

  it('another weight decay of the baseline', async () => {
    const found = await misses(changed(sharedRun('gpt-tiny'), { weight_decay_matrices: '0' }));
    expect(found).toContain('parameters/20/rms');
    expect(found).not.toContain('gradients/lm_head.weight');
  });

  it('a gradient that is not clipped, or clipped at another length', async () => {
    const loud = recordRun(
      { config: tinyConfig(), batchSize: 2, steps: 5, recorded: [5], gradClip: 1e-9 },
      double,
    );
    expect(await misses(loud)).toEqual([]);
    expect(await misses(changed(loud, { grad_clip: '0' }))).toContain('parameters/5/rms');
  });

  it.each([
    ['logits', 'logits', 1e-4],
    ['hidden/1', 'hidden', 1e-4],
    ['losses', 'losses', 1e-4],
    ['grad/lm_head.weight', 'gradients/lm_head.weight', 1e-4],
    ['step1/sz', 'parameters/1/rms', 1e-4],
    ['step5/sz', 'parameters/5/rms', 1e-4],
    ['step20/transformer.h.1.mlp_alpha', 'parameters/20/max', 1e-2],
  ])('%s that is recorded a little larger', async (tensor, group, by) => {
    const found = await misses(changed(run, {}, { [tensor]: (value) => value + by }));
    expect(found).toContain(group);
    expect(found.every((miss) => miss.startsWith(group.replace(/rms|max/, '')))).toBe(true);
  });

  it('any gradient that is off by one part in ten thousand, the smallest too', async () => {
    const names = [...run.tensors.keys()].filter((name) => name.startsWith('grad/'));
    const larger = Object.fromEntries(names.map((name) => [name, (value: number) => value * 1.0001]));
    const expected = names.map((name) => name.replace('grad/', 'gradients/'));
    expect([...(await misses(changed(run, {}, larger)))].sort()).toEqual(expected.sort());
  });

  it.each(['logits', 'hidden/0', 'losses', 'grad/sz', 'step1/sz', 'init/sz'])(
    'a NaN in %s',
    async (tensor) => {
      expect(await misses(changed(run, {}, { [tensor]: () => Number.NaN }))).not.toEqual([]);
    },
  );
});
