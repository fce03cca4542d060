/** What plain JavaScript may pass: each function names itself, what came and what was wanted. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createModel,
  createOptimizer,
  FixedScale,
  Generator,
  GPT,
  generate,
  headDim,
  hypersphere,
  init,
  KeyValueCache,
  type LanguageModel,
  type ModelConfig,
  maxHiddenNormError,
  maxNormError,
  meanAlphas,
  modelConfig,
  NGPT,
  NormalizedAdam,
  NormalizedAttention,
  NormalizedBlock,
  NormalizedMLP,
  normalizeParameter,
  normalizeParameters,
  Reader,
  Rotary,
  Scale,
  sampleToken,
  tensor,
  windowStart,
  zeros,
} from '../../src/index.js';
import { tinyConfig } from '../helpers/models/models.js';
import { laterMessageOf } from '../helpers/thrown.js';

const config = tinyConfig();
const rotary = () => new Rotary(config.blockSize, headDim(config));
const g = new Generator(1);
let model: LanguageModel;

beforeAll(async () => {
  await init('reference');
  model = createModel(config, g);
});

type Call = (x: never) => unknown;

/** Called with no config at all, and with one that lacks something. */
const WANT_CONFIG: Record<string, Call> = {
  createModel: (x) => createModel(x, g),
  headDim: (x) => headDim(x),
  NGPT: (x) => new NGPT(x, g),
  GPT: (x) => new GPT(x, g),
  NormalizedBlock: (x) => new NormalizedBlock(x, rotary(), g),
  NormalizedAttention: (x) => new NormalizedAttention(x, rotary(), g),
  NormalizedMLP: (x) => new NormalizedMLP(x, g),
};

const WANT_GENERATOR: Record<string, Call> = {
  generate: (x) => generate(model, [0], { maxNewTokens: 1, generator: x }),
  sampleToken: (x) => sampleToken([1], {}, x),
  NGPT: (x) => new NGPT(config, x),
  GPT: (x) => new GPT(tinyConfig({ arch: 'gpt' }), x),
  NormalizedAttention: (x) => new NormalizedAttention(config, rotary(), x),
  NormalizedMLP: (x) => new NormalizedMLP(config, x),
};

const WANT_MODEL: Record<string, Call> = {
  generate: (x) => generate(x, [0], { maxNewTokens: 1, generator: g }),
  createOptimizer: (x) => createOptimizer(x, { learningRate: 1 }),
  normalizeParameters: (x) => normalizeParameters(x),
  maxNormError: (x) => maxNormError(x),
  maxHiddenNormError: (x) => maxHiddenNormError(x, tensor(Int32Array.of(0), [1, 1])),
  meanAlphas: (x) => meanAlphas(x),
  Reader: (x) => new Reader(x, null),
};

const TAKE_OPTIONS: Record<string, Call> = {
  generate: (x) => generate(model, [0], x),
  Scale: (x) => new Scale([1], x),
  FixedScale: (x) => new FixedScale([1], x),
  createOptimizer: (x) => createOptimizer(model, x),
  NormalizedAdam: (x) => new NormalizedAdam(model.parameters(), x),
  modelConfig: (x) => modelConfig(x),
  hidden: (x) => model.hidden(tensor(Int32Array.of(0), [1, 1]), x),
  loss: (x) => model.loss(tensor(Int32Array.of(0), [1, 1]), tensor(Int32Array.of(0), [1, 1]), x),
};

const failure = (call: Call, x: unknown) => laterMessageOf(() => call(x as never));

/** What is too large for any backend is refused before anything is drawn. */
const WANT_ROOM: Record<string, (config: ModelConfig) => unknown> = {
  NGPT: (huge) => new NGPT(huge, g),
  GPT: (huge) => new GPT({ ...huge, arch: 'gpt' }, g),
  NormalizedAttention: (huge) => new NormalizedAttention(huge, rotary(), g),
  NormalizedMLP: (huge) => new NormalizedMLP(huge, g),
};

describe('a mistake is named by', () => {
  it.each(Object.entries(WANT_ROOM))('%s, for which there is no room', async (name, make) => {
    const before = g.state();
    expect(await laterMessageOf(() => make({ ...config, nEmbd: 2 ** 24 }))).toMatch(
      new RegExp(`^${name}: \\[\\d+\\] takes \\d+ bytes, and reference has room for`),
    );
    expect(g.state()).toEqual(before);
  });

  it.each(Object.entries(hypersphere))('hypersphere.%s, which wants tensors of floats', async (name, f) => {
    const call = f as (a: unknown, b: unknown, t: unknown) => unknown;
    const x = tensor([1, 0]);
    const integers = `${name}: wants a float tensor, got int32; use .cast('float32')`;
    expect(await laterMessageOf(() => call(tensor(Int32Array.of(1, 0)), x, 0))).toBe(integers);
    if (name === 'unit') return;
    expect(await laterMessageOf(() => call(x, tensor(Int32Array.of(1, 0)), 0))).toBe(integers);
    const none = (which: string) =>
      `${name}: the ${which} of both must be a tensor, got 3; tensor() makes one of it`;
    expect(await laterMessageOf(() => call(3, x, 0))).toBe(none('first'));
    expect(await laterMessageOf(() => call(x, 3, 0))).toBe(none('second'));
  });

  it.each(Object.entries(WANT_CONFIG))('%s, which wants a config', async (name, call) => {
    const message = await failure(call, { ...config, nEmbd: undefined });
    expect(message).toBe(`${name}: wants a config as modelConfig({ … }) makes it, got Object without nEmbd`);
    const other = await failure(call, undefined);
    expect(other).toBe(`${name}: wants a config as modelConfig({ … }) makes it, got undefined without arch`);
  });

  it.each(Object.entries(WANT_GENERATOR))('%s, which wants a generator', async (name, call) => {
    const message = await failure(call, 7);
    expect(message).toBe(`${name}: wants a Generator, got 7; new Generator(seed) makes one`);
  });

  it.each(Object.entries(WANT_MODEL))('%s, which wants a model', async (name, call) => {
    const message = await failure(call, {});
    expect(message).toBe(`${name}: wants a model as createModel() makes it, got Object`);
  });

  it.each(Object.entries(TAKE_OPTIONS))('%s, which takes options', async (name, call) => {
    const unknown = await failure(call, { speling: 1 });
    expect(unknown).toMatch(new RegExp(`^${name}: there is no option "speling"`));
    expect(await failure(call, 3)).toMatch(new RegExp(`^${name}: options are an object`));
  });

  it('whatever else takes a number or a tensor', async () => {
    const [plain, token] = [tensor([1, 2]), tensor(Int32Array.of(0), [1, 1])];
    const attention = new NormalizedAttention(config, rotary(), g);
    const wrongSize = (name: string) => `${name}: sizes must be whole numbers of at least 0, got [-1]`;
    const noNumber = 'wants a tensor or a number, got "a"; tensor() makes one';
    const cases: [Call, unknown, string][] = [
      [
        (x) => generate(model, x, { maxNewTokens: 1, generator: g }),
        3,
        'generate: the prompt must be a list, got 3',
      ],
      [
        (x) => generate(model, [0], { maxNewTokens: 1, generator: g, onToken: x }),
        3,
        'generate: onToken must be a function, got 3',
      ],
      [(x) => new Reader(model, x), 3, 'Reader: a cache is a KeyValueCache or null, got 3'],
      [
        (x) => new Reader(model, null).nextLogits(x),
        [],
        'nextLogits: the prompt must have at least one token',
      ],
      [
        (x) => new NormalizedAttention(config, x, g),
        null,
        'NormalizedAttention: rotary is a Rotary, got null',
      ],
      [
        (x) => new NormalizedAttention(tinyConfig({ rope: 'none' }), x, g),
        1,
        'NormalizedAttention: with rope none the rotary is null, got 1',
      ],
      [(x) => windowStart(x, 4), -1, 'length must be a whole number of at least 0, got -1'],
      [(x) => windowStart(4, x), 0, 'blockSize must be a whole number of at least 1, got 0'],
      [(x) => sampleToken(x, {}, g), 'ab', 'sampleToken: the logits must be a list of numbers, got "ab"'],
      [
        (x) => sampleToken([1], x, g),
        null,
        'sampling: options are an object such as { temperature: … }, got null',
      ],
      [(x) => sampleToken([1], x, g), 3, 'sampling: options are an object such as { temperature: … }, got 3'],
      [(x) => new Scale([1], { init: x, scale: 1 }), '1', 'Scale: init must be a number, got "1"'],
      [(x) => new Scale([1], { init: 1, scale: x }), null, 'Scale: scale must be a number, got null'],
      [
        (x) => new Scale([1], { init: 1, scale: 1, width: x }),
        0,
        'Scale: width must be a whole number of at least 1, got 0',
      ],
      [(x) => new FixedScale([1], { init: x }), '1', 'FixedScale: init must be a number, got "1"'],
      [
        (x) => normalizeParameter(x),
        1,
        'normalizeParameter: its input must be a tensor, got 1; tensor() makes one of it',
      ],
      [
        (x) => model.hidden(x),
        [0],
        'model: the tokens must be a tensor, got Array; tensor() makes one of it',
      ],
      [
        (x) => model.hiddenStates(x),
        [0],
        'model: the tokens must be a tensor, got Array; tensor() makes one of it',
      ],
      [(x) => model.forward(x), tensor([[0]]), 'model: the tokens must be int32, got float32'],
      [
        (x) => model.forward(x),
        tensor(Int32Array.of(0, 1)),
        'model: wants tokens [B, T], got [2]; reshape([1, 2]) makes one row of them',
      ],
      [
        (x) => model.forward(x),
        tensor(Int32Array.of(0), [1, 1, 1]),
        'model: wants tokens [B, T], got [1, 1, 1]',
      ],
      [(x) => new Scale(x, { init: 1, scale: 1 }), [-1], wrongSize('Scale')],
      [(x) => new FixedScale(x, { init: 1 }), [-1], wrongSize('FixedScale')],
      [
        (x) => new Scale([2], { init: 1, scale: 1, width: x }),
        3,
        'Scale: a width of 3 does not divide into 2 equal parts',
      ],
      [(x) => hypersphere.lerp(plain, plain, x), 'a', `lerp: ${noNumber}`],
      [(x) => hypersphere.slerp(plain, plain, x), 'a', `slerp: ${noNumber}`],
      [(x) => hypersphere.capAngle(plain, plain, x), 'a', 'capAngle: maxAngle must be a number, got "a"'],
      [(x) => new NormalizedAttention(config, x, g), 3, 'NormalizedAttention: rotary is a Rotary, got 3'],
      [(x) => attention.forward(x), plain, 'NormalizedAttention: wants [B, T, 8], got [2]'],
      [(x) => attention.weights(x), plain, 'NormalizedAttention: wants [B, T, 8], got [2]'],
      [
        (x) => attention.forward(zeros([1, 1, 8]), x),
        3,
        'NormalizedAttention: a cache is a LayerCache or null, got 3',
      ],
      [
        (x) => new NormalizedMLP(config, g).forward(x),
        plain,
        'NormalizedMLP: the last axis must have 8 elements, got [2]',
      ],
      [(x) => model.logits(x), plain, 'logits: the last axis must have 8 elements, got [2]'],
      [
        (x) => createModel(tinyConfig({ arch: 'gpt' }), g).logits(x),
        plain,
        'logits: the last axis must have 8 elements, got [2]',
      ],
      [(x) => model.logits(zeros([8]), x), '1', 'logits: preconditioning must be a number, got "1"'],
      [(x) => model.hidden(token, { cache: x }), 3, 'model: a cache is a KeyValueCache of 2 layers, got 3'],
      [
        (x) => model.hidden(token, { cache: x }),
        new KeyValueCache(3),
        'model: a cache is a KeyValueCache of 2 layers, got one of 3',
      ],
      [(x) => model.loss(token, x), plain, 'model: the targets must be int32, got float32'],
      [
        (x) => model.loss(token, x),
        tensor(Int32Array.of(-2), [1, 1]),
        'model: the targets must be tokens of its vocabulary in [0, 11) or the ignoreIndex -1, got -2 at [0, 0]',
      ],
      [
        (x) => model.forward(x),
        tensor(Int32Array.of(11), [1, 1]),
        'model: the tokens must be tokens of its vocabulary in [0, 11), got 11 at [0, 0]',
      ],
      [
        (x) => createOptimizer(model, { learningRate: 1, transferWidth: x }),
        -1,
        'transferWidth must be a number of at least 0, got -1',
      ],
      [
        (x) => new NormalizedAdam(model.parameters(), { learningRate: 1, maxAngle: x }),
        4,
        `maxAngle must be an angle from 0 to π = ${Math.PI}, got 4`,
      ],
    ];
    for (const [call, x, message] of cases) {
      expect(await failure(call, x)).toBe(message);
    }
  });
});
