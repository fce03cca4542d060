/** Trains on a gpu backend and records what is alive; runs in browsers too. */
import {
  createModel,
  createOptimizer,
  Generator,
  gradientClipScale,
  modelConfig,
  scope,
  tensor,
  withBackend,
} from '../../../src/index.js';
import type { GpuBackend } from '../../../src/tensor/backends/gpu/index.js';
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
    // x and y cross in one piece: [2, 4, blockSize].
    const batch = Int32Array.from(
      [0, 1].flatMap((shift) => starts.flatMap((at) => [...text.subarray(at + shift, at + shift + 8)])),
    );
    const loss = scope(() => {
      const [x, y] = tensor(batch, [2, 4, 8], { backend }).split(2, 0);
      const mean = model.loss(x.reshape([4, 8]), y.reshape([4, 8]));
      mean.backward();
      return mean.detach();
    });
    scope(() => {
      optimizer.step(gradientClipScale(model.parameters(), 1).scale);
    });
    optimizer.zeroGrad();
    const value = await loss.item();
    loss.dispose();
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
