/**
 * `npm run bench:step-memory`: what one training step of 16 blocks of `shakespeare` takes, what was estimated, and what
 * an evaluation of the same blocks takes. `python3 bench/pytorch_step.py 1 shakespeare` tells PyTorch's.
 */
import { createModel, currentBackend, Generator, init } from '../src/index.js';
import { estimateLoss } from '../src/training/loop/evaluate.js';
import { trainStep } from '../src/training/loop/train-step.js';
import { newTraining } from '../src/training/loop/training-state.js';
import { estimateMemory, planOf } from '../src/training/settings/estimate-memory.js';
import { modelConfigFor, type TrainSettings, trainSettings } from '../src/training/settings/settings.js';

const MEBIBYTE = 2 ** 20;
const VOCABULARY = 65;
const tokens = Int32Array.from({ length: 10_000 }, (_, i) => (i * 7919) % VOCABULARY);

console.log(
  'architecture   recompute   estimated (MiB)   step (MiB)   ratio   evaluation (MiB)   of the step',
);
for (const arch of ['ngpt', 'gpt'] as const) {
  for (const recompute of [false, true]) {
    const settings = trainSettings({ arch, batchSize: 16, recompute }, 'shakespeare');
    const estimated = estimateMemory(modelConfigFor(settings, VOCABULARY), settings, planOf(settings));
    const step = await stepBytes(settings);
    const evaluation = await evaluationBytes(settings);
    const cells: [text: string, width: number][] = [
      [arch.padEnd(12), 12],
      [String(recompute), 12],
      [(estimated / MEBIBYTE).toFixed(0), 18],
      [(step / MEBIBYTE).toFixed(0), 13],
      [(estimated / step).toFixed(2), 8],
      [(evaluation / MEBIBYTE).toFixed(0), 19],
      [(evaluation / step).toFixed(2), 14],
    ];
    console.log(cells.map(([text, width]) => text.padStart(width)).join(''));
  }
}

/** Taken from the system after two steps. */
async function stepBytes(settings: TrainSettings): Promise<number> {
  await init('wasm');
  const state = newTraining(modelConfigFor(settings, VOCABULARY), settings, tokens);
  for (let i = 0; i < 2; i++) await trainStep(state, settings, () => 1e-3, null);
  return currentBackend().memory().reservedBytes;
}

/** The same for an evaluation by a model that is not trained here. */
async function evaluationBytes(settings: TrainSettings): Promise<number> {
  await init('wasm');
  const model = createModel(modelConfigFor(settings, VOCABULARY), new Generator(1));
  await estimateLoss(model, tokens, { batchSize: settings.batchSize, evalIters: 2, seed: 1 });
  return currentBackend().memory().reservedBytes;
}
