import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { init, tensor } from '../../../../src/index.js';
import {
  type Checkpoint,
  type Dataset,
  EXPORT_FILES,
  exportRun,
  resumeTraining,
  trainStep,
} from '../../../../src/training/node/index.js';
import { releasedOrder } from '../../../../src/training/released/released.js';
import { trained } from '../../../helpers/models/exportable.js';
import { hasPyTorch, runPython, warnWithoutPyTorch } from '../../../helpers/pytorch.js';
import { expectClose } from '../../../helpers/values/close.js';
import { absolute } from '../../../helpers/values/tolerance.js';

warnWithoutPyTorch('export against PyTorch');

let folder = '';
beforeAll(async () => {
  await init('wasm');
  folder = await mkdtemp(join(tmpdir(), 'spheregrad-pytorch-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(!hasPyTorch)('an exported run in PyTorch', () => {
  async function inPyTorch(checkpoint: Checkpoint, dataset: Dataset) {
    await exportRun(folder, checkpoint, dataset);
    runPython([join(folder, EXPORT_FILES.script), join(folder, 'ckpt.pt')]);
    const x = Array.from(dataset.val.slice(0, 7));
    const y = Array.from(dataset.val.slice(1, 8));
    const [input, output] = [join(folder, 'in.json'), join(folder, 'out.json')];
    await writeFile(input, JSON.stringify({ x: [x], y: [y], rope: checkpoint.config.rope }));
    runPython(['test/helpers/released/released_model.py', join(folder, 'ckpt.pt'), input, output]);
    return { x, y, result: JSON.parse(await readFile(output, 'utf8')) };
  }

  it.each([
    { arch: 'ngpt' as const },
    { arch: 'ngpt' as const, rope: 'released' as const },
    { arch: 'gpt' as const },
    { arch: 'ngpt' as const, alphaInit: 0.25 },
  ])(
    'gives the same logits, and the same next step: $arch $rope $alphaInit',
    async (given) => {
      const { checkpoint, dataset } = await trained(given);
      const { x, y, result } = await inPyTorch(checkpoint, dataset);
      const settings = { ...checkpoint.settings, gradClip: 1 };
      const state = await resumeTraining(checkpoint, settings, dataset.train);
      const input = tensor(Int32Array.from(x), [1, 7]);
      expect(result.iter_num).toBe(3);
      // The way back takes the order of the moments from that of the tensors.
      expect(result.names).toEqual(releasedOrder(checkpoint.config));
      // The released GPTConfig takes these and no others.
      expect(result.model_args).toEqual([
        ...[
          'base_scale',
          'bias',
          'block_size',
          'dropout',
          'n_embd',
          'n_head',
          'n_layer',
          'use_nGPT',
          'vocab_size',
        ],
      ]);
      expectClose(state.model.forward(input).dataSync(), result.logits, absolute(2e-5));

      // The next step sees the moments, their order and their count. Rates that were rescaled move differently.
      if (given.alphaInit !== undefined) return;
      const tokens = Int32Array.from([...x, y[6]]);
      const single = { ...settings, batchSize: 1 };
      const next = await resumeTraining(checkpoint, single, tokens);
      await trainStep(next, single, () => settings.learningRate, null);
      for (const [name, parameter] of next.model.namedParameters()) {
        expectClose(parameter.dataSync(), result.parameters[name], absolute(2e-4), name);
      }
    },
    60_000,
  );
});
