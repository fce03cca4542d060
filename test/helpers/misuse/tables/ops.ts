/** The ops of `src/tensor`. */
import type * as door from '../../../../src/tensor/index.js';
import {
  axes,
  axis,
  dtype,
  flag,
  float,
  floats,
  integers,
  listOf,
  maybe,
  numeric,
  oneOf,
  options,
  parameter,
  record,
  value,
  vector,
} from '../recipes.js';
import { call, type Entries } from '../spec.js';

const unary = call(float);
const binary = call(float, numeric);
const reduction = call(float, axes, flag);
const variance = call(float, axes, options({ correction: oneOf(0, 1), keepDims: flag }));
const matrix = call(floats(3, 3), oneOf(0, 1, -1));

const elementwise = {
  ...{ abs: unary, atan: unary, ceil: unary, cos: unary, erf: unary, exp: unary, expm1: unary, floor: unary },
  ...{ log: unary, log1p: unary, neg: unary, reciprocal: unary, relu: unary, round: unary, sigmoid: unary },
  ...{
    sign: unary,
    silu: unary,
    sin: unary,
    softplus: unary,
    sqrt: unary,
    square: unary,
    tanh: unary,
    trunc: unary,
  },
  ...{ logSigmoid: unary, isnan: unary, isfinite: unary, isinf: unary },
  ...{ add: binary, sub: binary, mul: binary, div: binary, pow: binary, remainder: binary },
  ...{ maximum: binary, minimum: binary },
  gelu: call(float, options({ approximate: oneOf('none', 'tanh') })),
  affine: call(float, value(2), value(1)),
  clamp: call(float, value(0), value(1)),
  clip: call(float, value(0), value(1)),
  hardtanh: call(float, value(0), value(1)),
  leakyRelu: call(float, value(0.1)),
  elu: call(float, value(1)),
  cast: call(float, dtype),
  compare: call(oneOf('eq', 'ne', 'lt', 'le', 'gt', 'ge'), float, numeric),
  where: call(integers([2, 3]), float, floats(3)),
  maskedFill: call(float, integers([2, 3]), value(7)),
  mulPreconditioned: call(float, vector, vector),
} satisfies Entries<typeof door>;

const overAxes = {
  sum: reduction,
  mean: reduction,
  max: reduction,
  min: reduction,
  prod: reduction,
  logsumexp: reduction,
  any: call(integers([2, 3]), axes, flag),
  all: call(integers([2, 3]), axes, flag),
  argmax: call(float, axis),
  argmin: call(float, axis),
  cumsum: call(float, axis, flag),
  var: variance,
  variance,
  std: variance,
  norm: call(float, oneOf(1, 2, Infinity), axes, flag),
  argsort: call(float, axis, options({ descending: flag })),
  sort: call(float, axis, options({ descending: flag })),
  topk: call(float, value(2), axis, options({ largest: flag })),
  softmax: call(float, axis),
  logSoftmax: call(float, axis),
  sumSquares: unary,
} satisfies Entries<typeof door>;

const movement = {
  reshape: call(float, oneOf([3, 2], [-1], [6], [1, -1])),
  permute: call(float, oneOf([1, 0], [0, 1], [-1, 0])),
  transpose: call(float, value(0), value(1)),
  slice: call(float, value(1), oneOf(0, 1, -2), oneOf(undefined, 2, -1)),
  sliceBox: call(float, value([0, 1]), value([2, 3])),
  split: call(float, value(3), value(1)),
  concat: call(listOf(float, float), axis),
  stack: call(listOf(float, float), axis),
  pad: call(float, value([1, 0]), value([0, 2]), value(3)),
  broadcastTo: call(vector, oneOf([2, 3], [1, 2, 3])),
  squeeze: call(floats(1, 3), oneOf(undefined, 0, [0])),
  unsqueeze: call(float, axis),
  flatten: call(float, value(0), value(-1)),
  tile: call(float, oneOf(2, [2, 1])),
  repeatInterleave: call(float, value(2), axis),
  flip: call(float, axes),
  roll: call(float, value(1), oneOf(undefined, 0)),
} satisfies Entries<typeof door>;

const matrices = {
  matmul: call(floats(2, 3), floats(3, 2), options({ transposeA: value(false), transposeB: value(false) })),
  dot: call(vector, vector),
  outer: call(vector, vector),
  einsum: call(value('ij,jk->ik'), floats(2, 3), floats(3, 2)),
  tril: matrix,
  triu: matrix,
  diag: call(vector, value(1)),
  diagonal: call(floats(2, 3, 3), value(0), value(1), value(2)),
} satisfies Entries<typeof door>;

const indexing = {
  gather: call(floats(3, 2), integers([2, 2])),
  scatterAdd: call(integers([2]), floats(2, 3), value(4)),
  oneHot: call(integers([3]), value(3)),
  takeAlongAxis: call(float, integers([2, 3]), value(1)),
} satisfies Entries<typeof door>;

const heads = floats(1, 3, 2, 4);

const fused = {
  unit: call(float, axis),
  rmsNorm: call(float, vector, value(1e-6)),
  crossEntropyRows: call(float, integers([2]), value(-1)),
  rope: call(heads, floats(2, 5, 4), oneOf(0, 2), flag),
  swiglu: call(floats(2, 4)),
  scaledSwiglu: call(floats(2, 4), floats(4)),
  attention: call(heads, heads, heads, value(0.5)),
  attentionWeights: call(heads, heads, value(0.5)),
  sphereStep: call(float, float, vector),
} satisfies Entries<typeof door>;

const adam = { learningRate: 0.1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, step: 1 };

const inPlace = {
  assignInPlace: call(float, float),
  unitInPlace: call(float, axis),
  adamStepInPlace: call(
    parameter(2, 3),
    float,
    float,
    float,
    maybe(floats(), null),
    record(Object.fromEntries(Object.entries(adam).map(([name, setting]) => [name, value(setting)]))),
  ),
} satisfies Entries<typeof door>;

const filling = {
  scalarLike: call(value(2), float),
  zerosLike: unary,
  onesLike: unary,
} satisfies Entries<typeof door>;

export const OPS = {
  ...elementwise,
  ...overAxes,
  ...movement,
  ...matrices,
  ...indexing,
  ...fused,
  ...inPlace,
  ...filling,
} satisfies Entries<typeof door>;
