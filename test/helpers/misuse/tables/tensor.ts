/** Tensors themselves: what makes them, their methods, shapes, backends, scopes and errors. */
import type * as door from '../../../../src/tensor/index.js';
import { tensor } from '../../../../src/tensor/index.js';
import {
  dtype,
  flag,
  float,
  floats,
  generator,
  integers,
  leaf,
  maybe,
  numeric,
  oneOf,
  options,
  place,
  shape,
  value,
  vector,
} from '../recipes.js';
import { CONSTANT, call, type Entries, type Recipe, type Table } from '../spec.js';
import { OPS } from './ops.js';

const range = { start: value(1), step: value(2) };

const making = {
  tensor: call(
    oneOf(
      [1, 2, 3, 4, 5, 6],
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      Float32Array.of(1, 2, 3, 4, 5, 6),
    ),
    oneOf([2, 3], undefined, [6]),
    place,
  ),
  full: call(shape, value(7), place),
  zeros: call(shape, place),
  ones: call(shape, place),
  arange: call(value(4), options(range)),
  linspace: call(value(0), value(1), value(5), place),
  eye: call(value(3), value(2), place),
  normal: call(generator, shape, options({ mean: value(1), std: value(2) })),
  uniform: call(generator, shape, options({ low: value(-1), high: value(2) })),
  randint: call(generator, value(0), value(5), shape),
  permutation: call(generator, value(5)),
  bernoulli: call(generator, value(0.5), shape),
  Generator: {
    args: [oneOf(0, 7, 2 ** 40)],
    methods: {
      state: [],
      bits: [],
      uniform: [],
      normal: [],
      normals: [value(5)],
      integer: [value(6)],
      permutation: [value(5)],
    },
    statics: { fromState: [(world) => world.generatorState()] },
  },
} satisfies Entries<typeof door>;

const sizes = value([2, 3]);

const shapes = {
  sizeOf: call(sizes),
  formatShape: call(sizes),
  sameShape: call(sizes, sizes),
  broadcastShapes: call(value('op'), sizes, value([3])),
  isFloat: call(dtype),
} satisfies Entries<typeof door>;

const NO_MEMORY = 'it reserves 4 GiB of addresses each time';

const process = {
  init: call(oneOf('reference', 'wasm'), options({ mode: value('auto') })),
  createBackend: call(oneOf('reference', 'wasm'), options({ mode: value('auto') })),
  currentBackend: call(),
  withBackend: call(
    (world) => world.others.twin,
    value(() => tensor([1])),
  ),
  createSharedMemory: { exempt: NO_MEMORY },
  tryWide: call(value(() => {})),
  liveBuffers: call(),
  scope: call(value(() => tensor([1]).add(1))),
  keep: call(float),
  outsideScopes: call(value(() => 1)),
  SIMD_NAMES: CONSTANT,
} satisfies Entries<typeof door>;

const error = { args: [value('something'), options({ cause: value(1) })], methods: {} };

const errors = {
  SphereGradError: error,
  ShapeError: error,
  DTypeError: error,
  ArgumentError: error,
  BackendError: error,
  ConfigError: error,
  DataError: error,
  CheckpointError: error,
  NumericError: error,
  LifetimeError: error,
} satisfies Entries<typeof door>;

/** The arguments of an op without its first, which is the tensor that it is a method of. */
function rest<N extends keyof typeof OPS>(name: N): readonly Recipe[] {
  return OPS[name].args.slice(1);
}

/** Of those named here; the compiler asks for the others. */
function alike<N extends keyof typeof OPS>(...names: readonly N[]): Record<N, readonly Recipe[]> {
  return Object.fromEntries(names.map((name) => [name, rest(name)])) as Record<N, readonly Recipe[]>;
}

const methods = {
  ...alike(
    'add',
    'sub',
    'mul',
    'div',
    'pow',
    'remainder',
    'maximum',
    'minimum',
    'clamp',
    'clip',
    'affine',
    'cast',
  ),
  ...alike('neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'trunc', 'exp', 'expm1', 'log', 'log1p', 'sqrt'),
  ...alike(
    'reciprocal',
    'square',
    'sin',
    'cos',
    'atan',
    'tanh',
    'sigmoid',
    'softplus',
    'relu',
    'erf',
    'silu',
    'gelu',
  ),
  ...alike('leakyRelu', 'elu', 'hardtanh', 'logSigmoid', 'maskedFill', 'isnan', 'isfinite', 'isinf'),
  ...alike(
    'sum',
    'mean',
    'max',
    'min',
    'prod',
    'logsumexp',
    'any',
    'all',
    'argmax',
    'argmin',
    'cumsum',
    'var',
    'std',
  ),
  ...alike('norm', 'argsort', 'sort', 'topk', 'softmax', 'logSoftmax', 'unit', 'matmul', 'dot', 'outer'),
  ...alike('reshape', 'permute', 'transpose', 'slice', 'split', 'pad', 'broadcastTo', 'squeeze', 'unsqueeze'),
  ...alike('flatten', 'tile', 'repeatInterleave', 'flip', 'roll', 'tril', 'triu', 'diag', 'diagonal'),
  ...alike('gather', 'takeAlongAxis'),
  ...{ eq: [numeric], ne: [numeric], lt: [numeric], le: [numeric], gt: [numeric], ge: [numeric] },
  ...{ alias: [flag], detach: [maybe(value([6])), flag], dispose: [], retainStorage: [], markChanged: [] },
  ...{ data: [], dataSync: [], item: [], itemSync: [], takeData: [], takeItem: [] },
  ...{ toString: [], toJSON: [], print: { exempt: 'it prints' } },
  ...{
    setRequiresGrad: [flag],
    backward: [maybe(floats()), options({ keepGraph: flag, createGraph: flag })],
  },
};

const single = leaf();

const tensors = {
  Tensor: {
    args: [value(null)],
    make: float,
    on: {
      ...{ dot: vector, outer: vector, diag: vector, diagonal: floats(2, 3, 3), broadcastTo: vector },
      ...{ item: single, itemSync: single, takeItem: single, backward: single },
      ...{ any: integers([2, 3]), all: integers([2, 3]), squeeze: floats(1, 3), gather: floats(3, 2) },
      grad: leaf(2, 3),
    },
    methods,
    sets: { grad: maybe(float, null) },
  },
} satisfies Entries<typeof door>;

export const TENSOR = {
  ...OPS,
  ...making,
  ...shapes,
  ...process,
  ...errors,
  ...tensors,
} satisfies Table<typeof door>;
