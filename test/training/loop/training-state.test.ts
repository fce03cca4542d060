import { beforeAll, describe, expect, it } from 'vitest';
import { createModel, DataError, Generator, init, liveBuffers } from '../../../src/index.js';
import { type Batch, BatchSampler } from '../../../src/training/data/batches.js';
import { newTraining } from '../../../src/training/loop/training-state.js';
import { modelConfigFor, type TrainSettings } from '../../../src/training/settings/settings.js';
import { dispose, freshState, letterDataset, smallSettings } from '../../helpers/models/training.js';
import { type Draw, property } from '../../helpers/values/draw.js';

beforeAll(() => init('wasm'));

const dataset = letterDataset();

/** The first batches of a new run, and its first parameter. */
function beginning(settings: TrainSettings): { batches: Batch[]; values: number[] } {
  const state = freshState(settings, dataset);
  const batches = Array.from({ length: 3 }, () => state.sampler.next());
  const values = [...state.model.parameters()[0].dataSync()];
  dispose(state);
  return { batches, values };
}

function drawSettings(draw: Draw, given: Partial<TrainSettings>): TrainSettings {
  return smallSettings({ seed: draw.integer(0, 1000), nLayer: draw.integer(1, 2), ...given });
}

describe('newTraining', () => {
  it('draws the batches of a batchSeed, whatever the model is and the seed of its parameters', () => {
    property((draw) => {
      const batchSeed = draw.integer(0, 1000);
      const one = beginning(drawSettings(draw, { batchSeed, arch: 'ngpt' }));
      const other = beginning(drawSettings(draw, { batchSeed, arch: draw.pick('ngpt', 'gpt') }));
      expect(other.batches).toEqual(one.batches);
      const next = beginning(drawSettings(draw, { batchSeed: batchSeed + 1 }));
      expect(next.batches).not.toEqual(one.batches);
    }, 20);
  });

  it('leaves nothing behind where the tokens hold no block', () => {
    const settings = smallSettings({ blockSize: 4 });
    const config = modelConfigFor(settings, 3);
    const before = liveBuffers();
    expect(() => newTraining(config, settings, Int32Array.of(1, 2))).toThrow(DataError);
    expect(liveBuffers()).toBe(before);
  });

  it('draws the same parameters with it and without', () => {
    property((draw) => {
      const settings = drawSettings(draw, { arch: draw.pick('ngpt', 'gpt') });
      expect(beginning({ ...settings, batchSeed: draw.integer(0, 9) }).values).toEqual(
        beginning(settings).values,
      );
    }, 20);
  });

  it('draws them without from the generator that made the parameters', () => {
    property((draw) => {
      const settings = drawSettings(draw, { arch: draw.pick('ngpt', 'gpt') });
      const generator = new Generator(settings.seed);
      createModel(modelConfigFor(settings, dataset.tokenizer.vocabSize), generator).dispose();
      const { blockSize, batchSize } = settings;
      const sampler = new BatchSampler(dataset.train, blockSize, batchSize, generator);
      expect(beginning(settings).batches).toEqual(Array.from({ length: 3 }, () => sampler.next()));
    }, 20);
  });
});
