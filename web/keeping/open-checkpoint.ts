/** From a file of `ngpt train`, or of this page, to a run that goes on from it. */
import type { Architecture } from '../../src/ngpt/index.js';
import { CheckpointError } from '../../src/tensor/index.js';
import { decodeCheckpoint } from '../../src/training/checkpoint/checkpoint.js';
import { readSafetensors } from '../../src/training/checkpoint/safetensors.js';
import { loadTokenizer } from '../../src/training/data/load-tokenizer.js';
import { openData } from '../data/open-data.js';
import type { Setup } from '../setup/setup.js';
import { switchesOf } from '../setup/train-settings.js';

/** What a file says about itself. */
export interface OpenedCheckpoint {
  readonly arch: Architecture;
  readonly step: number;
  /** The current setup with the sizes and switches of the file, so that the other model is of the same size. */
  readonly setup: Setup;
}

/** @throws CheckpointError with one sentence for what is no checkpoint, or none that this page can go on from. */
export function readCheckpoint(bytes: Uint8Array, current: Setup): OpenedCheckpoint {
  const { config, tokenizer, step, settings } = decodeCheckpoint(readSafetensors(bytes));
  if (tokenizer.kind !== 'char') {
    throw new CheckpointError(
      'this checkpoint reads words, not characters; the page can go on only from models of characters',
    );
  }
  const { arch, nLayer, nHead, nEmbd, blockSize, tieWeights, rope } = config;
  if (rope === 'released') {
    throw new CheckpointError(
      "this checkpoint is of the paper's code, which has another rotary embedding; open it with ngpt sample",
    );
  }
  const rate = arch === 'ngpt' ? { ngptRate: settings.learningRate } : { gptRate: settings.learningRate };
  return {
    ...{ arch, step },
    setup: {
      ...current,
      ...{ nLayer, nHead, nEmbd, blockSize, tieWeights, rope, ...rate },
      batchSize: settings.batchSize,
      ...(arch === 'ngpt' ? switchesOf(config) : {}),
      steps: Math.max(current.steps, step + 1000),
    },
  };
}

/** @throws DataError where the data of a setup cannot be had, or has characters that the model of the file has never seen. */
export async function requireCharacters(
  bytes: Uint8Array,
  setup: Setup,
  ownText: string | null,
): Promise<void> {
  const { text } = await openData(setup, ownText);
  const tokenizer = await loadTokenizer(decodeCheckpoint(readSafetensors(bytes)).tokenizer);
  tokenizer.encode(text);
}
