/** Trains on a gpu backend and records what is alive; runs in browsers too. */
import {
  createModel,
  createOptimizer,
  Generator,
  modelConfig,
  scope,
  withBackend,
} from '../../../src/index.js';
import type { GpuBackend } from '../../../src/tensor/backends/gpu/index.js';
import { batchTensors } from '../../../src/training/data/batches.js';
import { deviceObjects } from './device-objects.js';

/** What is alive after a step, and what the step cost. */
export interface StepRecord {
  readonly loss: number;
  readonly buffers: number;
  readonly bytes: number;
  readonly deviceBuffers: number;
  readonly deviceTextures: number;
  readonly uploads: number;
  readonly readbacks: number;
  readonly launches: number;
  readonly compiled: number;
}

/** Trains a small nGPT on random text that repeats, so that there is something to learn; one record for each step. */
export async function train(backend: GpuBackend, steps: number): Promise<StepRecord[]> {
  const config = modelConfig({ vocabSize: 11, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16, dMlp: 32 });
  const generator = new Generator(5);
  const model = withBackend(backend, () => createModel(config, generator));
  const optimizer = createOptimizer(model, { learningRate: 3e-3 });
  const text = Int32Array.from({ length: 64 }, () => generator.integer(config.vocabSize));
  const records: StepRecord[] = [];
  for (let step = 0; step < steps; step++) {
    const before = backend.counters();
    const starts = Array.from({ length: 4 }, () => generator.integer(text.length - config.blockSize - 1));
    const tokens = Int32Array.from(
      [0, 1].flatMap((shift) => starts.flatMap((at) => [...text.subarray(at + shift, at + shift + 8)])),
    );
    const loss = scope(() => {
      const { inputs, targets } = withBackend(backend, () => batchTensors({ tokens, rows: 4, blockSize: 8 }));
      const mean = model.loss(inputs, targets);
      mean.backward();
      return mean.detach();
    });
    optimizer.step({ maxNorm: 1 });
    optimizer.zeroGrad();
    const value = await loss.takeItem();
    records.push(recordOf(backend, before, value));
  }
  optimizer.dispose();
  model.dispose();
  return records;
}

function recordOf(backend: GpuBackend, before: ReturnType<GpuBackend['counters']>, loss: number): StepRecord {
  const after = backend.counters();
  const { buffers, bytes } = backend.memory();
  const objects = deviceObjects();
  return {
    loss,
    buffers,
    bytes,
    deviceBuffers: objects.buffers,
    deviceTextures: objects.textures,
    uploads: after.uploads - before.uploads,
    readbacks: after.readbacks - before.readbacks,
    launches: after.launches - before.launches,
    compiled: after.compiled - before.compiled,
  };
}
