/** Every op of the library: how a case of it is called. An op without an entry does not compile. */
import * as losses from '../../src/nn/losses/index.js';
import type { Tensor, TensorMethods } from '../../src/tensor/index.js';
import * as tensors from '../../src/tensor/index.js';

type Result = Tensor | readonly Tensor[];
/** Calls an op with the tensors of a case, and then its other arguments. */
export type Call = (inputs: readonly Tensor[], args: readonly unknown[]) => Result;

/** The names of the functions of a module that return tensors. */
type MakersOf<T> = {
  [K in keyof T]: T[K] extends (...args: never[]) => Result ? K : never;
}[keyof T];
type Functions = MakersOf<typeof tensors> | MakersOf<typeof losses>;
/** They return whatever they are given. */
type Plumbing = 'keep' | 'outsideScopes' | 'scope' | 'unrecorded' | 'withBackend';
type Op = Exclude<Functions, Plumbing> | keyof TensorMethods;

/** What PyTorch has no counterpart of, or what is no op; with the reason. */
class Left {
  constructor(readonly reason: string) {}
}

const method =
  (name: keyof TensorMethods): Call =>
  ([x, ...inputs], args) =>
    (x[name] as (...all: unknown[]) => Result).call(x, ...inputs, ...args);

const called =
  (f: (...args: never[]) => Result): Call =>
  (inputs, args) =>
    (f as (...all: unknown[]) => Result)(...inputs, ...args);

/** For what returns values and indices. */
const both =
  (name: 'sort' | 'topk'): Call =>
  ([x], args) => {
    const { values, indices } = (x[name] as (...all: unknown[]) => tensors.Sorted).call(x, ...args);
    return [values, indices];
  };

/** For ops of a list of tensors. */
const listed =
  (f: (xs: readonly Tensor[], ...args: never[]) => Result): Call =>
  (inputs, args) =>
    (f as (...all: unknown[]) => Result)(inputs, ...args);

const OPS: { readonly [N in Op]: Call | Left } = {
  // Elementwise.
  neg: method('neg'),
  abs: method('abs'),
  sign: method('sign'),
  floor: method('floor'),
  ceil: method('ceil'),
  round: method('round'),
  trunc: method('trunc'),
  exp: method('exp'),
  expm1: method('expm1'),
  log: method('log'),
  log1p: method('log1p'),
  sqrt: method('sqrt'),
  reciprocal: method('reciprocal'),
  square: method('square'),
  sin: method('sin'),
  cos: method('cos'),
  atan: method('atan'),
  tanh: method('tanh'),
  sigmoid: method('sigmoid'),
  softplus: method('softplus'),
  relu: method('relu'),
  erf: method('erf'),
  silu: method('silu'),
  gelu: method('gelu'),
  leakyRelu: method('leakyRelu'),
  elu: method('elu'),
  hardtanh: method('hardtanh'),
  logSigmoid: method('logSigmoid'),
  clamp: method('clamp'),
  clip: method('clip'),
  affine: method('affine'),
  cast: ([x], [dtype]) => x.cast(dtype === 'int32' ? 'int32' : x.backend.floatType),
  add: method('add'),
  sub: method('sub'),
  mul: method('mul'),
  div: method('div'),
  pow: method('pow'),
  remainder: method('remainder'),
  maximum: method('maximum'),
  minimum: method('minimum'),
  mulPreconditioned: called(tensors.mulPreconditioned),
  eq: method('eq'),
  ne: method('ne'),
  lt: method('lt'),
  le: method('le'),
  gt: method('gt'),
  ge: method('ge'),
  compare: new Left('eq, ne, lt, le, gt and ge are its six cases'),
  where: called(tensors.where),
  isnan: method('isnan'),
  isfinite: method('isfinite'),
  isinf: method('isinf'),
  maskedFill: method('maskedFill'),

  // Reductions, and what is made along an axis.
  sum: method('sum'),
  mean: method('mean'),
  max: method('max'),
  min: method('min'),
  argmax: method('argmax'),
  argmin: method('argmin'),
  prod: method('prod'),
  any: method('any'),
  all: method('all'),
  var: method('var'),
  variance: called(tensors.variance),
  std: method('std'),
  norm: method('norm'),
  logsumexp: method('logsumexp'),
  cumsum: method('cumsum'),
  sumSquares: called(tensors.sumSquares),
  argsort: method('argsort'),
  sort: both('sort'),
  topk: both('topk'),

  // Products.
  matmul: method('matmul'),
  dot: method('dot'),
  outer: method('outer'),
  einsum: (inputs, [equation]) => tensors.einsum(equation as string, ...inputs),

  // Movement.
  reshape: method('reshape'),
  permute: method('permute'),
  transpose: method('transpose'),
  slice: method('slice'),
  sliceBox: called(tensors.sliceBox),
  split: method('split'),
  concat: listed(tensors.concat),
  pad: method('pad'),
  broadcastTo: method('broadcastTo'),
  stack: listed(tensors.stack),
  squeeze: method('squeeze'),
  unsqueeze: method('unsqueeze'),
  flatten: method('flatten'),
  tile: method('tile'),
  repeatInterleave: method('repeatInterleave'),
  flip: method('flip'),
  roll: method('roll'),
  tril: method('tril'),
  triu: method('triu'),
  diag: method('diag'),
  diagonal: method('diagonal'),
  gather: method('gather'),
  scatterAdd: called(tensors.scatterAdd),
  takeAlongAxis: method('takeAlongAxis'),
  oneHot: called(tensors.oneHot),

  // Made of nothing.
  zeros: called(tensors.zeros),
  ones: called(tensors.ones),
  full: called(tensors.full),
  zerosLike: called(tensors.zerosLike),
  onesLike: called(tensors.onesLike),
  arange: called(tensors.arange),
  linspace: called(tensors.linspace),
  eye: called(tensors.eye),
  tensor: new Left('every case is made with it'),
  scalarLike: new Left('full, on the backend of a tensor'),
  normal: new Left('our generator of random numbers draws others than that of PyTorch'),
  uniform: new Left('our generator of random numbers draws others than that of PyTorch'),
  randint: new Left('our generator of random numbers draws others than that of PyTorch'),
  bernoulli: new Left('our generator of random numbers draws others than that of PyTorch'),
  permutation: new Left('our generator of random numbers draws others than that of PyTorch'),

  // Networks.
  softmax: method('softmax'),
  logSoftmax: method('logSoftmax'),
  unit: method('unit'),
  rmsNorm: called(tensors.rmsNorm),
  swiglu: called(tensors.swiglu),
  scaledSwiglu: called(tensors.scaledSwiglu),
  rope: called(tensors.rope),
  attention: called(tensors.attention),
  attentionWeights: called(tensors.attentionWeights),
  sphereStep: called(tensors.sphereStep),
  crossEntropyRows: called(tensors.crossEntropyRows),

  // Losses.
  crossEntropy: called(losses.crossEntropy),
  crossEntropyInBlocks: new Left('crossEntropy in turns; its own test holds it to that'),
  nllLoss: called(losses.nllLoss),
  mseLoss: called(losses.mseLoss),
  l1Loss: called(losses.l1Loss),
  huberLoss: called(losses.huberLoss),
  smoothL1Loss: called(losses.smoothL1Loss),
  binaryCrossEntropyWithLogits: called(losses.binaryCrossEntropyWithLogits),
  klDivLoss: called(losses.klDivLoss),
};

/** The ops that are replayed. */
export const CALLS: ReadonlyMap<string, Call> = new Map(
  Object.entries(OPS).flatMap(([name, call]) => (call instanceof Left ? [] : [[name, call] as const])),
);
