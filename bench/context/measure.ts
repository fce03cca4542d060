/** What a training step of a block size takes. */
import { currentBackend, init } from '../../src/index.js';
import { trainStep } from '../../src/training/loop/train-step.js';
import { newTraining } from '../../src/training/loop/training-state.js';
import { modelConfigFor, trainSettings } from '../../src/training/settings/settings.js';
import { median } from '../peers/statistics.js';
import { Profiler } from '../profile/profiler.js';

const VOCABULARY = 65;
const ATTENTION = ['attention', 'attentionBackward'];

export interface Plan {
  readonly nEmbd: number;
  readonly nHead: number;
  readonly nLayer: number;
  /** In a step, whatever the block size: they are its batch of blocks. */
  readonly tokens: number;
  /** Of which the medians are taken, after one that is not counted. */
  readonly steps: number;
}

export interface Measured {
  readonly blockSize: number;
  /** Milliseconds per token. */
  readonly attention: number;
  /** All but attention, in milliseconds per token. */
  readonly rest: number;
  /** Bytes per token, beyond the parameters and their moments. */
  readonly bytes: number;
}

/** Trains on one thread, the batch in one part. */
export async function measureContext(blockSize: number, plan: Plan): Promise<Measured> {
  const { nEmbd, nHead, nLayer, tokens, steps } = plan;
  const backend = await init('wasm');
  const profiler = new Profiler(backend);
  const batchSize = tokens / blockSize;
  const settings = trainSettings({ nEmbd, nHead, nLayer, blockSize, batchSize, threads: 1 });
  const text = Int32Array.from({ length: 2 * tokens + 1 }, (_, i) => (i * 7919) % VOCABULARY);
  const state = newTraining(modelConfigFor(settings, VOCABULARY), settings, text);
  const step = () => trainStep(state, settings, () => 1e-3, null);
  await step();
  const inAttention: number[] = [];
  const inRest: number[] = [];
  for (let i = 0; i < steps; i++) {
    profiler.reset();
    const started = performance.now();
    await step();
    const all = performance.now() - started;
    const entries = profiler.total(false).filter(({ kernel }) => ATTENTION.includes(kernel));
    const attention = entries.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    inAttention.push(attention / tokens);
    inRest.push((all - attention) / tokens);
  }
  const { bytes: kept, reservedBytes } = currentBackend().memory();
  state.optimizer.dispose();
  state.model.dispose();
  return {
    blockSize,
    attention: median(inAttention),
    rest: median(inRest),
    bytes: (reservedBytes - kept) / tokens,
  };
}
