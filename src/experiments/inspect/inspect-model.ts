/** Measures a model in all its parts. Explained in docs/experiments.md. */
import type { LanguageModel } from '../../ngpt/index.js';
import { requireWhole } from '../../tensor/checks/values.js';
import { Generator } from '../../tensor/index.js';
import { BatchSampler } from '../../training/data/batches.js';
import type { Tokens } from '../../training/data/dataset.js';
import { nextTurn } from '../../training/loop/event-loop.js';
import { HiddenMeasurement } from './hidden.js';
import { MATRICES_PER_LAYER } from './matrices.js';
import { type HiddenReport, MODEL_REPORT_VERSION, type ModelReport } from './model-report.js';
import { measureWeights } from './weights.js';

export interface InspectOptions {
  /** Path of the checkpoint, for the report; and the steps it was trained for. */
  readonly checkpoint: string;
  readonly step: number;
  /** Name of the data and its validation split, which must hold a block. */
  readonly data: string;
  readonly tokens: Tokens;
  /** Random blocks of the split to look at hidden states in. */
  readonly blocks: number;
  readonly seed: number;
  /** Told now and then how far it is, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Measures a model. @throws ConfigError unless there are to be whole blocks, at least one. */
export async function inspectModel(model: LanguageModel, options: InspectOptions): Promise<ModelReport> {
  const { checkpoint, step, data, tokens, blocks, seed, onProgress = () => {} } = options;
  requireWhole('blocks', blocks, 1);
  const { nLayer } = model.config;
  // The matrices take nearly all the time.
  const parts = nLayer * MATRICES_PER_LAYER + 2;
  let made = 0;
  const measured = async () => {
    onProgress(++made / parts);
    await nextTurn();
  };
  const hidden = { data, ...(await measureHidden(model, tokens, blocks, seed)) };
  await measured();
  const weights = await measureWeights(model, seed, measured);
  return {
    event: 'inspect',
    version: MODEL_REPORT_VERSION,
    checkpoint,
    step,
    parameters: model.parameterCount(),
    config: model.config,
    ...weights,
    hidden,
  };
}

/** In blocks at random places, the same for the same seed. */
async function measureHidden(
  model: LanguageModel,
  tokens: Tokens,
  blocks: number,
  seed: number,
): Promise<Omit<HiddenReport, 'data'>> {
  const { blockSize } = model.config;
  const sampler = new BatchSampler(tokens, blockSize, 1, new Generator(seed));
  const measurement = new HiddenMeasurement(model, blockSize);
  for (let block = 0; block < blocks; block++) {
    // Inputs only: what follows them stays unread.
    await measurement.add(sampler.next().tokens.slice(0, blockSize));
    await nextTurn();
  }
  return { blocks, blockSize, seed, ...measurement.result(), evenFirstTokenShare: evenShare(blockSize) };
}

/** The mean of 1/(t + 1) over the tokens t = 1 … T−1; 1 for blocks of one token, which looks at itself. */
function evenShare(blockSize: number): number {
  if (blockSize === 1) return 1;
  let sum = 0;
  for (let t = 1; t < blockSize; t++) sum += 1 / (t + 1);
  return sum / (blockSize - 1);
}
