import { beforeAll, describe, expect, it } from 'vitest';
import { CheckpointError, currentBackend, init, maxNormError, NumericError } from '../../../src/index.js';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  loadModel,
} from '../../../src/training/checkpoint/checkpoint.js';
import { readSafetensors, writeSafetensors } from '../../../src/training/checkpoint/safetensors.js';
import { trainStep } from '../../../src/training/loop/train-step.js';
import { resumeTraining, takeCheckpoint } from '../../../src/training/loop/training-state.js';
import type { TrainSettings } from '../../../src/training/settings/settings.js';
import { learningRateSchedule } from '../../../src/training/settings/settings.js';
import { dispose, freshState, letterDataset, record, smallSettings } from '../../helpers/models/training.js';
import { expectClose } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

beforeAll(() => init('wasm'));

const dataset = letterDataset();

function toBytes(checkpoint: Checkpoint): Uint8Array {
  const { tensors, metadata } = encodeCheckpoint(checkpoint);
  return writeSafetensors(tensors, metadata);
}

function fromBytes(bytes: Uint8Array): Checkpoint {
  return decodeCheckpoint(readSafetensors(bytes));
}

/** A checkpoint after a few steps. */
async function trained(settings: TrainSettings, steps = 3): Promise<Checkpoint> {
  const state = freshState(settings, dataset);
  const schedule = learningRateSchedule(settings);
  for (let i = 0; i < steps; i++) await trainStep(state, settings, schedule, null);
  const checkpoint = await takeCheckpoint(state, settings, dataset);
  dispose(state);
  return checkpoint;
}

describe('a checkpoint', () => {
  it.each(['ngpt', 'gpt'] as const)('of %s comes back whole', async (arch) => {
    const checkpoint = await trained(smallSettings({ arch }));
    const read = fromBytes(toBytes(checkpoint));
    expect(read).toEqual(checkpoint);
    expect(read).toMatchObject({ step: 3, data: 'letters', sampler: { batches: 3 } });
  });

  it('has the tensor names of the released code and the moments beside them', async () => {
    const { tensors, metadata } = readSafetensors(toBytes(await trained(smallSettings())));
    for (const name of [
      'transformer.wte.weight',
      'transformer.h.1.att_c_proj.weight',
      'lm_head.weight',
      'sz',
    ]) {
      expect(tensors.has(name)).toBe(true);
      expect(tensors.get(`optimizer/m/${name}`)?.shape).toEqual(tensors.get(name)?.shape);
      expect(tensors.get(`optimizer/v/${name}`)?.shape).toEqual(tensors.get(name)?.shape);
    }
    expect(metadata.get('step')).toBe('3');
    expect(JSON.parse(metadata.get('config')!)).toMatchObject({ arch: 'ngpt', nEmbd: 8 });
  });

  it.each(['ngpt', 'gpt'] as const)(
    'lets %s go on bit for bit, the bytes of the next one included',
    async (arch) => {
      const settings = smallSettings({ arch, maxIters: 8, evalInterval: 4 });
      const straight = freshState(settings, dataset);
      const whole = await record({ state: straight, settings });
      const [half, end] = whole.saved.map(({ checkpoint }) => checkpoint);
      const resumed = await resumeTraining(fromBytes(toBytes(half)), settings, dataset.train);
      const rest = await record({ state: resumed, settings });
      const lossesOf = ({ events }: typeof rest) =>
        events.flatMap((e) => (e.event === 'step' ? [e.loss] : []));
      expect(lossesOf(rest)).toEqual(lossesOf(whole).slice(4));
      expect(toBytes(rest.saved.at(-1)!.checkpoint)).toEqual(toBytes(end));
      dispose(straight);
      dispose(resumed);
    },
  );

  it('that is not finite is not written', async () => {
    const checkpoint = await trained(smallSettings());
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const part of ['model', 'optimizer'] as const) {
        const [[name, tensor]] = checkpoint[part];
        const data = Float32Array.from(tensor.data);
        data[data.length - 1] = value;
        const bad = { ...checkpoint, [part]: new Map([...checkpoint[part], [name, { ...tensor, data }]]) };
        expect(() => encodeCheckpoint(bad)).toThrow(NumericError);
      }
    }
  });
});

describe('loadModel', () => {
  it('leaves unit matrices as they are, bit for bit', async () => {
    const checkpoint = await trained(smallSettings());
    const { model, normalized } = await loadModel(checkpoint);
    expect(normalized).toBe(0);
    expect(await model.stateDict()).toEqual(checkpoint.model);
    model.dispose();
  });

  it('makes matrices unit that are not, and says how far off they were', async () => {
    const checkpoint = await trained(smallSettings());
    const name = 'transformer.h.0.query.weight';
    const tensor = checkpoint.model.get(name)!;
    const data = Float32Array.from(tensor.data, (value) => 1.25 * value);
    const { model, normalized } = await loadModel({
      ...checkpoint,
      model: new Map([...checkpoint.model, [name, { ...tensor, data }]]),
    });
    expectClose(normalized, 0.25, absolute(5e-6));
    expect(await maxNormError(model)).toBeLessThan(1e-6);
    model.dispose();
  });

  it('takes 3e-6 for more than rounding', async () => {
    const checkpoint = await trained(smallSettings());
    const name = 'transformer.h.0.att_c_proj.weight';
    const tensor = checkpoint.model.get(name)!;
    const data = Float32Array.from(tensor.data, (value) => value * (1 + 3e-6));
    const nearly = new Map([...checkpoint.model, [name, { ...tensor, data }]]);
    const { model, normalized } = await loadModel({ ...checkpoint, model: nearly });
    expect(normalized).toBeGreaterThan(2e-6);
    expect(await maxNormError(model)).toBeLessThan(2e-7);
    model.dispose();
  });

  it('refuses vectors that are zero, and leaves nothing behind', async () => {
    const checkpoint = await trained(smallSettings());
    const name = 'lm_head.weight';
    const tensor = checkpoint.model.get(name)!;
    const data = Float32Array.from(tensor.data).fill(0, 0, 8);
    const model = new Map([...checkpoint.model, [name, { ...tensor, data }]]);
    const before = currentBackend().memory().buffers;
    await expect(loadModel({ ...checkpoint, model })).rejects.toThrow(CheckpointError);
    await expect(loadModel({ ...checkpoint, model })).rejects.toThrow('cannot be made unit');
    expect(currentBackend().memory().buffers).toBe(before);
  });
});

describe('a checkpoint that does not fit together', () => {
  it.each<[what: string, key: string, value: string | null, message: RegExp]>([
    ['without its format', 'format', null, /not a SphereGrad checkpoint/],
    ['of another format', 'format', 'pt', /not a SphereGrad checkpoint/],
    ['of another version', 'version', '2', /version "2", this program reads "1"/],
    ['of a version of several lines', 'version', '1\n', /^the checkpoint has version "1\\n", this/],
    ['without a configuration', 'config', null, /has no config/],
    ['with a broken configuration', 'config', '{"arch":', /config is unusable/],
    ['with another model', 'config', '{"arch":"bert"}', /config is unusable/],
    ['with an endless block', 'config', '$blockSize:1e9', /blockSize 1000000000 is out of range/],
    ['with a larger model than its tensors', 'config', '$nLayer:1000', /h\.2\.query\.weight is missing/],
    ['with a wider model than its tensors', 'config', '$nEmbd:4000', /wte\.weight is \[8, 8\]/],
    ['with a model beyond all machines', 'config', '$nEmbd:4000000', /config is unusable: .* parameters/],
    [
      'with an endless batch',
      'settings',
      '$batchSize:1e12',
      /settings is unusable: batchSize 1000000000000 times/,
    ],
    ['with a configuration twice', 'config', '{"arch":"ngpt","arch":"gpt"}', /"arch" appears twice/],
    ['with a bottomless configuration', 'config', '['.repeat(1e6), /config is unusable: .*nests deeper/],
    ['with an endless configuration', 'config', ' '.repeat(2 ** 24 + 1), /characters are too many/],
    ['with a wider MLP than its tensors', 'config', '$dMlp:4000000', /c_fc\.weight is \[64, 8\]/],
    ['with a negative step', 'step', '-1', /step is unusable/],
    ['with half a step', 'step', '1.5', /step is unusable/],
    ['with a step in words', 'step', 'three', /step is unusable/],
    ['with a loss in words', 'val_loss', '"low"', /val_loss is unusable/],
    ['with settings out of range', 'settings', '$learningRate:-1', /settings is unusable: learningRate/],
    ['with settings that are none', 'settings', '[]', /settings is unusable/],
    ['with a number for its data', 'data', '7', /data is unusable/],
    ['with an unknown tokenizer', 'tokenizer', '{"kind":"words"}', /tokenizer is unusable/],
    [
      'with a vocabulary that is none',
      'tokenizer',
      '{"kind":"char","characters":[1]}',
      /tokenizer is unusable/,
    ],
    ['with another vocabulary', 'tokenizer', '{"kind":"char","characters":["a"]}', /tokenizer has 1 tokens/],
    ['with a vocabulary too small', 'tokenizer', '{"kind":"gpt2"}', /tokenizer has 50257 tokens/],
    [
      'with a generator of zeros',
      'sampler',
      '{"generator":{"words":[0,0,0,0],"spareNormal":null},"batches":1}',
      /generator state/,
    ],
    [
      'with a generator of text',
      'sampler',
      '{"generator":{"words":["1",2,3,4]},"batches":1}',
      /generator state/,
    ],
    ['with no generator', 'sampler', '{"batches":1}', /sampler is unusable/],
  ])('%s is refused', async (_, key, value, message) => {
    const { tensors, metadata } = encodeCheckpoint(await trained(smallSettings(), 1));
    const changed = new Map(metadata);
    if (value === null) changed.delete(key);
    else if (value.startsWith('$')) {
      const [name, number] = value.slice(1).split(':');
      changed.set(key, JSON.stringify({ ...JSON.parse(metadata.get(key)!), [name]: Number(number) }));
    } else changed.set(key, value);
    expect(() => decodeCheckpoint({ tensors, metadata: changed })).toThrow(CheckpointError);
    expect(() => decodeCheckpoint({ tensors, metadata: changed })).toThrow(message);
  });

  it('is refused by the attention of any layer: one vocabulary of one token must not stand for a huge model', async () => {
    const { tensors, metadata } = encodeCheckpoint(await trained(smallSettings(), 1));
    tensors.set('transformer.h.1.query.weight', { shape: [4], dtype: 'float32', data: new Float32Array(4) });
    expect(() => decodeCheckpoint({ tensors, metadata })).toThrow(
      "the checkpoint's transformer.h.1.query.weight is [4]; its configuration wants [8, 8]",
    );
  });

  it.each([
    ['a NaN', Float32Array.of(Number.NaN)],
    ['an infinity', Float32Array.of(Number.NEGATIVE_INFINITY)],
    ['what is infinite as float32', Float64Array.of(1e300)],
  ])('with %s in it is refused', async (_, data) => {
    const { tensors, metadata } = encodeCheckpoint(await trained(smallSettings(), 1));
    const dtype = data instanceof Float64Array ? 'float64' : 'float32';
    tensors.set('optimizer/m/sz', { shape: [1], dtype, data });
    expect(() => decodeCheckpoint({ tensors, metadata })).toThrow(CheckpointError);
    expect(() => decodeCheckpoint({ tensors, metadata })).toThrow(
      'optimizer/m/sz holds numbers that are not finite',
    );
  });

  it('names tensors that are missing, unexpected or of the wrong shape', async () => {
    const checkpoint = await trained(smallSettings(), 1);
    const model = new Map(checkpoint.model);
    model.delete('sz');
    model.set('extra', { shape: [1], dtype: 'float32', data: Float32Array.of(1) });
    await expect(loadModel({ ...checkpoint, model })).rejects.toThrow(/missing: sz.*unexpected: extra/);
  });

  it('is refused on one line of bounded length, whatever its names', async () => {
    const checkpoint = await trained(smallSettings(), 1);
    const one = { shape: [1], dtype: 'float32', data: Float32Array.of(1) } as const;
    const names = Array.from({ length: 60 }, (_, i) => `line\n${i}`);
    const model = new Map([...checkpoint.model, ...names.map((name) => [name, one] as const)]);
    await expect(loadModel({ ...checkpoint, model })).rejects.toThrow(
      /^the checkpoint does not fit: unexpected: line\\n0, .*, line\\n49 and 10 more$/,
    );
  });
});
