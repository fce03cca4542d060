import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { CheckpointError, init } from '../../../src/index.js';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../../../src/training/checkpoint/checkpoint.js';
import { readSafetensors, writeSafetensors } from '../../../src/training/checkpoint/safetensors.js';
import type { Dataset } from '../../../src/training/data/dataset.js';
import { newTraining, takeCheckpoint } from '../../../src/training/loop/training-state.js';
import { modelConfigFor } from '../../../src/training/settings/settings.js';
import { readCheckpoint } from '../../../web/keeping/open-checkpoint.js';
import { checkSetup } from '../../../web/setup/check.js';
import { DEFAULT_SETUP } from '../../../web/setup/options.js';
import { corruptCheckpoint } from '../../helpers/corrupt/corrupt-checkpoint.js';
import { dispose, letterDataset, smallSettings, tinyCheckpoint } from '../../helpers/models/training.js';

beforeAll(() => init('wasm'));

/** The same file, but for what `change` makes another. */
function changed(bytes: Uint8Array, change: (checkpoint: Checkpoint) => Checkpoint): Uint8Array {
  const { tensors, metadata } = encodeCheckpoint(change(decodeCheckpoint(readSafetensors(bytes))));
  return writeSafetensors(tensors, metadata);
}

describe('readCheckpoint', () => {
  it.each(['ngpt', 'gpt'] as const)('finds a setup for both models in a file of %s', async (arch) => {
    const bytes = await tinyCheckpoint(arch);
    const { config, step, settings } = decodeCheckpoint(readSafetensors(bytes));
    const opened = readCheckpoint(bytes, { ...DEFAULT_SETUP, seed: 9 });
    expect(opened).toMatchObject({ arch, step });
    const { nLayer, nHead, nEmbd, blockSize } = config;
    const rate = arch === 'ngpt' ? 'ngptRate' : 'gptRate';
    const other = arch === 'ngpt' ? 'gptRate' : 'ngptRate';
    expect(opened.setup).toMatchObject({
      nLayer,
      nHead,
      nEmbd,
      blockSize,
      seed: 9,
      [rate]: settings.learningRate,
    });
    expect(opened.setup[other]).toBe(DEFAULT_SETUP[other]);
    expect(opened.setup.steps).toBeGreaterThanOrEqual(step + 1000);
    expect(() => checkSetup(opened.setup)).not.toThrow();
  });

  it('takes the switches of nGPT, and leaves them where the file is of GPT', async () => {
    const bytes = changed(await tinyCheckpoint('ngpt'), (checkpoint) => ({
      ...checkpoint,
      config: { ...checkpoint.config, signedAlpha: !checkpoint.config.signedAlpha, alphaInit: 0.125 },
    }));
    const { signedAlpha, alphaInit } = readCheckpoint(bytes, DEFAULT_SETUP).setup;
    expect({ signedAlpha, alphaInit }).toEqual({ signedAlpha: !DEFAULT_SETUP.signedAlpha, alphaInit: 0.125 });
    const current = { ...DEFAULT_SETUP, alphaInit: 0.5 };
    expect(readCheckpoint(await tinyCheckpoint('gpt'), current).setup.alphaInit).toBe(0.5);
  });

  it('refuses models of words', async () => {
    const settings = smallSettings({ nHead: 1, nEmbd: 2, dMlp: 2 });
    const letters = letterDataset();
    const words: Dataset['tokenizer'] = {
      ...{ vocabSize: 50257, encode: () => new Int32Array(), decode: () => '', byteLength: () => 0 },
      describe: () => ({ kind: 'gpt2' }),
    };
    const state = newTraining(modelConfigFor(settings, words.vocabSize), settings, letters.train);
    const checkpoint = await takeCheckpoint(state, settings, { ...letters, tokenizer: words });
    dispose(state);
    const { tensors, metadata } = encodeCheckpoint(checkpoint);
    const bytes = writeSafetensors(tensors, metadata);
    expect(() => readCheckpoint(bytes, DEFAULT_SETUP)).toThrow(/reads words, not characters/);
  });

  it('refuses the rotary embedding that the page has not', async () => {
    const bytes = changed(await tinyCheckpoint('ngpt'), (checkpoint) => ({
      ...checkpoint,
      config: { ...checkpoint.config, rope: 'released' },
    }));
    expect(() => readCheckpoint(bytes, DEFAULT_SETUP)).toThrow(/another rotary embedding/);
  });

  it('refuses broken and hostile files with one sentence, or opens them as a setup that will do', async () => {
    const outcomes = new Set<string>();
    const files = corruptCheckpoint(await tinyCheckpoint('gpt'));
    fc.assert(
      fc.property(files, ({ bytes }) => {
        try {
          checkSetup(readCheckpoint(bytes, DEFAULT_SETUP).setup);
          outcomes.add('opened');
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
          expect((error as Error).message).toMatch(/^[^\n]{10,1000}$/);
          outcomes.add('refused');
        }
      }),
      { numRuns: 300 },
    );
    expect([...outcomes].sort()).toEqual(['opened', 'refused']);
  });
});
