/** From a setup of the page to the settings that training knows. */

import { seedsOf } from '../../src/experiments/runs/recipe.js';
import type { Architecture } from '../../src/index.js';
import { type TrainSettings, trainSettings } from '../../src/training/settings/settings.js';
import { NGPT_OPTIONS } from './ngpt-options.js';
import type { NgptSwitches, Setup } from './setup.js';

export const ARCHITECTURES: readonly Architecture[] = ['ngpt', 'gpt'];

/** Batches per split: a test takes about as long as a few steps. */
const EVAL_ITERS = 8;

/**
 * How one of the two models is trained. Both draw the same batches, and no rate depends on where the run ends, so that
 * it can be extended. @throws ConfigError for the first value that is out of range.
 */
export function trainSettingsOf(setup: Setup, arch: Architecture): TrainSettings {
  const { nLayer, nHead, nEmbd, blockSize, batchSize, tieWeights, rope, evalInterval, steps } = setup;
  return trainSettings({
    ...{ arch, nLayer, nHead, nEmbd, blockSize, batchSize, tieWeights, rope, evalInterval },
    ...(arch === 'ngpt'
      ? { ...switchesOf(setup), learningRate: setup.ngptRate }
      : { learningRate: setup.gptRate }),
    ...seedsOf(setup.seed),
    maxIters: steps,
    evalIters: EVAL_ITERS,
    lrDecay: 'constant',
    threads: 1,
  });
}

/** What a setup, or the configuration of a model, says of nGPT alone. */
export function switchesOf(from: NgptSwitches): NgptSwitches {
  const names = Object.keys(NGPT_OPTIONS) as (keyof NgptSwitches)[];
  return Object.fromEntries(names.map((name) => [name, from[name]])) as unknown as NgptSwitches;
}
