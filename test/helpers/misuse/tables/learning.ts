/** Losses, optimizers and schedules. */

import { NormalizedAdam } from '../../../../src/ngpt/index.js';
import type * as door from '../../../../src/nn/index.js';
import {
  Adam,
  AdamW,
  type HostTensor,
  type Optimizer,
  type OptimizerState,
  RMSProp,
  SGD,
} from '../../../../src/nn/index.js';
import type { Tensor } from '../../../../src/tensor/index.js';
import {
  flag,
  float,
  floats,
  integers,
  listOf,
  maybe,
  oneOf,
  options,
  parameter,
  record,
  value,
} from '../recipes.js';
import { call, type Entries, type Recipe, returning } from '../spec.js';

const reduction = oneOf('mean', 'sum', 'none');
const ofFloats = call(float, float, options({ reduction }));
const ofClasses = call(float, integers([2]), options({ reduction, ignoreIndex: value(-1) }));

const losses = {
  mseLoss: ofFloats,
  l1Loss: ofFloats,
  huberLoss: call(float, float, options({ reduction, delta: value(0.5) })),
  smoothL1Loss: call(float, float, options({ reduction, beta: value(0.5) })),
  binaryCrossEntropyWithLogits: call(float, float, options({ reduction, posWeight: floats(3) })),
  klDivLoss: call(float, float, options({ reduction: oneOf('batchMean', 'sum'), logTarget: flag })),
  nllLoss: ofClasses,
  crossEntropy: ofClasses,
  crossEntropyInBlocks: call(
    float,
    integers([2]),
    value((h: Tensor) => h.mul(2)),
    oneOf(1, 2),
  ),
  logitBlocks: call(value(100), value(50)),
} satisfies Entries<typeof door>;

const group = record({
  parameters: listOf(parameter(2, 3), parameter(2)),
  learningRate: value(0.1),
  learningRateScale: value(2),
  weightDecay: value(0.1),
});

/** A list, one of names, and groups. */
const parameters: Recipe = (world) =>
  world.draw.pick(
    listOf(parameter(2, 3), parameter(2)),
    listOf(listOf(value('a'), parameter(2, 3))),
    listOf(group),
  )(world);

const learningRate = value(0.1);
const rest = { weightDecay: value(0.01) };
const adam = options({ learningRate, ...rest, beta1: value(0.9), beta2: value(0.95), epsilon: value(1e-8) }, [
  'learningRate',
]);
const sgd = options({ learningRate, ...rest, momentum: value(0.9) }, ['learningRate']);
const rmsProp = options(
  { learningRate, ...rest, alpha: value(0.9), epsilon: value(1e-8), momentum: value(0.9), centered: flag },
  ['learningRate'],
);

/** One that has state already. */
const optimizer: Recipe = (world) => {
  const settings = { learningRate: 0.1 };
  const all = [world.parameter([2, 3]), world.parameter([2])];
  const made = world.draw.pick<() => Optimizer>(
    () => new Adam(all, settings),
    () => new AdamW(all, settings),
    () => new NormalizedAdam(all, settings),
    () => new SGD(all, { ...settings, momentum: 0.9 }),
    () => new RMSProp(all, { ...settings, centered: true }),
  )();
  made.step();
  return world.own(made);
};

const state: Recipe = (): OptimizerState<HostTensor> => ({
  step: 3,
  tensors: new Map([
    ['momentum/0', { shape: [2, 3], dtype: 'float32', data: new Float32Array(6) }],
    ['momentum/1', { shape: [2], dtype: 'float32', data: new Float32Array(2) }],
  ]),
});

/** The one that `state` is of. */
const stateful: Recipe = (world) =>
  world.own(new SGD([world.parameter([2, 3]), world.parameter([2])], { learningRate: 0.1, momentum: 0.9 }));

const sets = { learningRate, weightDecay: value(0.1), stepCount: value(3) };

const optimizers = {
  Optimizer: {
    args: [],
    make: optimizer,
    methods: {
      step: [options({ maxNorm: value(1) })],
      state: [maybe(value(new Set()))],
      loadStateDict: [state, maybe(value(new Set()))],
      ...{ zeroGrad: [], stateDict: [], dispose: [], toString: [], toJSON: [] },
    },
    on: { loadStateDict: stateful },
    sets,
  },
  Adam: { args: [parameters, adam], methods: {} },
  AdamW: { args: [parameters, adam], methods: {} },
  SGD: { args: [parameters, sgd], methods: {} },
  RMSProp: { args: [parameters, rmsProp], methods: {} },
  clipGradNorm: call(listOf(parameter(2, 3)), value(1)),
  gradientClipScale: call(listOf(parameter(2, 3)), value(1)),
  gradientNorm: call(listOf(parameter(2, 3))),
} satisfies Entries<typeof door>;

const rates = { learningRate, warmupSteps: value(5) };
const decays = { ...rates, minLearningRate: value(0), totalSteps: value(20) };
const needed = ['learningRate', 'totalSteps'];

const schedules = {
  constantSchedule: returning([options(rates, needed)], value(3)),
  cosineSchedule: returning([options(decays, needed)], value(3)),
  linearSchedule: returning([options(decays, needed)], value(3)),
  logarithmicSchedule: returning([options({ ...decays, curvature: value(0.1) }, needed)], value(3)),
} satisfies Entries<typeof door>;

export const LEARNING = { ...losses, ...optimizers, ...schedules } satisfies Entries<typeof door>;
export const settings = adam;
export { parameters };
