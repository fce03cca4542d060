/** The models, their parts, and the sphere. */
import type * as door from '../../../../src/ngpt/index.js';
import { GPT } from '../../../../src/ngpt/index.js';
import { Rotary } from '../../../../src/nn/index.js';
import { Generator } from '../../../../src/tensor/index.js';
import {
  axis,
  config,
  flag,
  float,
  floats,
  forAWhile,
  generator,
  maybe,
  model,
  numeric,
  oneOf,
  options,
  parameter,
  record,
  tokens,
  value,
} from '../recipes.js';
import { call, type Entries, type Recipe, type Table } from '../spec.js';
import { cache } from './layers.js';
import { parameters } from './learning.js';

const hidden = floats(1, 4, 8);
const rotary: Recipe = (world) => world.own(new Rotary(4, 4));
const gpt: Recipe = (world) => world.own(new GPT(world.config({ arch: 'gpt' }), new Generator(1)));

const sizes = {
  ...{ vocabSize: value(5), blockSize: value(4), nLayer: value(1), nHead: value(2), nEmbd: value(8) },
};

const asModel = {
  forward: [tokens],
  hidden: [tokens, options({ recompute: flag })],
  hiddenStates: [tokens],
  logits: [hidden, maybe(value(1))],
  loss: [tokens, tokens, options({ recompute: flag, logitPreconditioning: value(1) })],
};

const optimizerSettings = options(
  {
    learningRate: value(0.1),
    ...{
      beta1: value(0.9),
      beta2: value(0.95),
      epsilon: value(1e-8),
      weightDecay: value(0),
      gate: value(0.5),
    },
    ...{ riemannian: flag, maxAngle: value(0.1), transferWidth: oneOf(0, 16) },
  },
  ['learningRate'],
);

const sampling = { temperature: value(0.8), topK: value(2), topP: value(0.9) };

const models = {
  modelConfig: call(
    options(
      {
        ...sizes,
        arch: value('ngpt'),
        tieWeights: flag,
        alpha: oneOf('vector', 'scalar', 'fixed'),
        dMlp: value(16),
      },
      Object.keys(sizes),
    ),
  ),
  headDim: call(config),
  createModel: call(config, generator),
  createOptimizer: call(model, optimizerSettings),
  normalizeParameters: call(model),
  normalizeParameter: call(parameter(2, 3)),
  LanguageModel: { args: [config], make: model, methods: asModel },
  NGPT: { args: [config, generator], methods: asModel },
  GPT: {
    args: [(world) => world.config({ arch: 'gpt' }), generator],
    methods: { ...asModel, logits: [hidden] },
  },
  NormalizedAttention: {
    args: [config, rotary, generator],
    methods: { forward: [hidden, maybe(cache, null)], weights: [hidden] },
  },
  NormalizedBlock: {
    args: [config, rotary, generator],
    methods: {
      forward: [hidden, maybe(cache, null)],
      attentionStep: [hidden, maybe(cache, null)],
      mlpStep: [hidden],
      attentionWeights: [hidden],
    },
  },
  NormalizedMLP: { args: [config, generator], methods: { forward: [hidden] } },
  NormalizedAdam: {
    args: [
      parameters,
      options({ learningRate: value(0.1), beta1: value(0.9), riemannian: flag, maxAngle: value(0.1) }, [
        'learningRate',
      ]),
    ],
    methods: {},
  },
  Scale: {
    args: [value([4]), record({ init: value(0.05), scale: value(0.5), width: value(8) })],
    methods: { value: [] },
  },
  FixedScale: { args: [value([4]), record({ init: value(0.05) })], methods: { value: [] } },
  maxNormError: call(model),
  maxHiddenNormError: call(model, tokens),
  meanAlphas: call(model),
} satisfies Entries<typeof door>;

const texts = {
  generate: call(
    (world) => (world.draw.integer(0, 1) === 0 ? model : gpt)(world),
    value([1, 2]),
    options({ maxNewTokens: value(2), generator, ...sampling, cached: flag, onToken: forAWhile }, [
      'maxNewTokens',
      'generator',
      'onToken',
    ]),
  ),
  sampleToken: call(value([0.1, 2, 1]), options(sampling), generator),
  windowStart: call(value(10), value(4)),
  Reader: { args: [model, value(null)], methods: { nextLogits: [value([1, 2])], dispose: [] } },
} satisfies Entries<typeof door>;

const onSphere = floats(2, 3);

const geometry = {
  unit: call(float, axis),
  cosine: call(onSphere, onSphere),
  geodesicDistance: call(onSphere, onSphere),
  lerp: call(onSphere, onSphere, numeric),
  slerp: call(onSphere, onSphere, numeric),
  tangentProjection: call(onSphere, onSphere, axis),
  capAngle: call(onSphere, onSphere, value(0.1), axis),
} satisfies Table<typeof door.hypersphere>;

export const NGPT_PARTS = { ...models, ...texts, hypersphere: { inside: geometry } } satisfies Table<
  typeof door
>;
