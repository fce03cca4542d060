/** Trained models to export, and to import again. */
import { type ModelConfig, modelConfig } from '../../../src/index.js';
import {
  CharTokenizer,
  type Checkpoint,
  type Dataset,
  newTraining,
  type Tokenizer,
  takeCheckpoint,
  textDataset,
  trainSettings,
  trainStep,
} from '../../../src/training/node/index.js';

const TEXT = 'the whale is a fish that swims in the wide sea and sings. '.repeat(8);

/** A few real steps, so that moments and scales are not at their first values. */
export async function trained(
  given: Partial<ModelConfig>,
  steps = 3,
  tokenizer: Tokenizer = CharTokenizer.fromText(TEXT),
): Promise<{ checkpoint: Checkpoint; dataset: Dataset }> {
  const dataset = textDataset('text', TEXT, tokenizer);
  const sizes = { nLayer: 2, nHead: 2, nEmbd: 8, blockSize: 7 };
  const config = modelConfig({ vocabSize: tokenizer.vocabSize, ...sizes, ...given });
  const { arch, alphaInit } = config;
  const settings = trainSettings({ arch, alphaInit, ...sizes, batchSize: 3, warmupIters: 0 });
  const state = newTraining(config, settings, dataset.train);
  for (let i = 0; i < steps; i++) await trainStep(state, settings, () => settings.learningRate, null);
  return { checkpoint: await takeCheckpoint(state, settings, dataset), dataset };
}
