/** Modules: the class itself and the layers. */
import type * as door from '../../../../src/nn/index.js';
import {
  Dropout,
  LayerCache,
  Linear,
  Module,
  Rotary,
  Sequential,
  type StateDict,
} from '../../../../src/nn/index.js';
import { full, type Tensor } from '../../../../src/tensor/index.js';
import {
  flag,
  float,
  floats,
  generator,
  integers,
  listOf,
  maybe,
  model,
  oneOf,
  options,
  value,
} from '../recipes.js';
import { call, type Entries, type Recipe, returning } from '../spec.js';

/** What people write: a module of their own. */
export class Own extends Module {
  readonly inner: Linear;

  constructor(inner: Linear) {
    super();
    this.inner = this.register('inner', inner);
  }

  /** For the names and children that it might be called with. */
  add(name: string, child: Tensor): Tensor {
    return this.register(name, child);
  }

  forward(x: Tensor): Tensor {
    return this.inner.forward(x);
  }
}

export const linear: Recipe = (world) => world.own(new Linear(3, 2, world.generator()));
const own: Recipe = (world) => world.own(new Own(new Linear(3, 2, world.generator())));
const module: Recipe = (world) => world.draw.pick(own, model, list)(world);
const list: Recipe = (world) =>
  world.own(new Sequential(new Linear(3, 2, world.generator()), new Dropout(0.5, world.generator())));
const rotary: Recipe = (world) => world.own(new Rotary(8, 4));
export const cache: Recipe = (world) => world.own(new LayerCache());

const state: Recipe = (): StateDict =>
  new Map([['inner.weight', { shape: [2, 3], dtype: 'float32', data: new Float32Array(6) }]]);

const initialiser = value((shape: readonly number[]) => full(shape, 0.5));

const activation = { args: [], methods: { forward: [float] } };
const heads = floats(1, 3, 2, 4);
const fraction = value(0.1);

const activations = {
  ...{ GELU: activation, LogSigmoid: activation, LogSoftmax: activation, ReLU: activation, SiLU: activation },
  ...{ Sigmoid: activation, Softmax: activation, Softplus: activation, Tanh: activation },
  ELU: { args: [fraction], methods: { forward: [float] } },
  LeakyReLU: { args: [fraction], methods: { forward: [float] } },
  Hardtanh: { args: [value(-1), value(1)], methods: { forward: [float] } },
} satisfies Entries<typeof door>;

export const LAYERS = {
  ...activations,
  Module: {
    args: [],
    make: module,
    methods: {
      ...{
        namedParameters: [],
        parameters: [],
        parameterCount: [],
        namedModules: [],
        zeroGrad: [],
        dispose: [],
      },
      ...{ train: [flag], eval: [], stateDict: [], toString: [], toJSON: [] },
      loadStateDict: [state, options({ strict: value(false) })],
    },
    on: { loadStateDict: own },
  },
  CausalSelfAttention: {
    args: [value(8), value(2), generator, options({ rotary, scale: value(0.5), initialiser })],
    methods: { forward: [floats(1, 3, 8), maybe(cache, null)], weights: [floats(1, 3, 8)] },
  },
  Dropout: { args: [value(0.5), generator], methods: { forward: [float] } },
  Embedding: {
    args: [value(5), value(4), generator, options({ initialiser, unitAxis: oneOf(0, 1, null) })],
    methods: { forward: [integers([2, 3])] },
  },
  KeyValueCache: { args: [value(2)], methods: { clear: [] } },
  LayerCache: { args: [], methods: { append: [heads, heads], clear: [] } },
  LayerNorm: {
    args: [value(3), options({ epsilon: value(1e-5), bias: flag })],
    methods: { forward: [float] },
  },
  Linear: {
    args: [value(3), value(2), generator, options({ bias: flag, initialiser, unitAxis: oneOf(0, 1, null) })],
    methods: { forward: [float] },
  },
  ModuleList: { args: [listOf(linear, linear)], methods: { append: [linear], at: [oneOf(0, -1, 5)] } },
  RMSNorm: { args: [value(3), options({ epsilon: value(1e-6) })], methods: { forward: [float] } },
  Rotary: {
    args: [value(8), value(4), options({ base: value(100), variant: oneOf('rotary', 'released') })],
    methods: { forward: [heads, oneOf(0, 2)] },
  },
  rotaryTable: call(value(8), value(4), value(100), oneOf('rotary', 'released')),
  Sequential: { args: [linear], methods: { append: [linear], at: [value(0)], forward: [float] } },
  SwiGLUMLP: {
    args: [value(3), value(8), generator, options({ initialiser, projectionInitialiser: initialiser })],
    methods: { forward: [float] },
  },
  Parameter: {
    args: [float, options({ unitAxis: oneOf(0, 1, null) })],
    methods: { zeroGrad: [] },
    statics: { from: [value(() => full([2, 3], 1)), options({ unitAxis: oneOf(0, 1, null) })] },
  },
} satisfies Entries<typeof door>;

const made = [value([4, 2]), generator] as const;

/** `initialise.normal(…)(shape, generator)` */
export const INITIALISERS = {
  normal: returning([options({ mean: value(0), std: value(0.1) })], ...made),
  uniform: returning([options({ low: value(-1), high: value(1) })], ...made),
  constant: returning([value(3)], ...made),
  zeros: returning([], ...made),
  ones: returning([], ...made),
  xavierNormal: returning([options({ gain: value(1) })], ...made),
  xavierUniform: returning([options({ gain: value(1) })], ...made),
  kaimingNormal: returning([options({ gain: value(1), mode: oneOf('in', 'out') })], ...made),
  kaimingUniform: returning([options({ gain: value(1), mode: oneOf('in', 'out') })], ...made),
  unitVectors: returning([oneOf(0, 1, -1), value((shape: readonly number[]) => full(shape, 0.5))], ...made),
} satisfies Entries<typeof door.initialise>;
