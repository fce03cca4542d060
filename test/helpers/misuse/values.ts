/** Values of all kinds, most of them wrong wherever they come. */
import { Linear, SGD, ShapeError, SphereGradError, Tensor, tensor } from '../../../src/index.js';
import type { World } from './world.js';

/** What callbacks, getters and proxies of these values throw; it may come out again. */
export class TheirOwn extends Error {}

/** What conversions to a number or a text throw: whoever sees it has converted what is neither. */
export class Converted extends Error {}

function convert(): never {
  throw new Converted('a value was converted without being looked at');
}

function theirOwn(): never {
  throw new TheirOwn('thrown by the caller');
}

/** No size between a million and 2³¹: those in between would be honest requests for much memory. */
const NUMBERS = [
  ...[0, -0, 1, -1, 2, 3, 4, 5, -2, 7, 64, 1000, 0.5, -1.5, 1 / 3, 1e-8, 5e-324, 1e-310, -1e-30],
  ...[2 ** 31, 2 ** 32, 2 ** 32 + 1, -(2 ** 31), 1e10, 1e15, 2 ** 53, 1e30, 1e308, -1e308],
  ...[Number.NaN, Infinity, -Infinity],
];

const TEXTS = [
  ...[
    '',
    ' ',
    'x',
    '2',
    'NaN',
    'float32',
    'float64',
    'int32',
    'bfloat16',
    'wasm',
    'reference',
    'cuda',
    'auto',
  ],
  ...[
    'mean',
    'none',
    'sum',
    'rotary',
    'ngpt',
    'gpt',
    'vector',
    'tanh',
    'eq',
    'add',
    'ij,jk->ik',
    'ii->i',
    '->',
    '...i',
  ],
  ...['__proto__', 'constructor', 'toString', 'length', 'weight', '\u0000', '💡', 'x'.repeat(1000)],
];

const NAMES = [
  ...[
    'dtype',
    'backend',
    'axis',
    'axes',
    'keepDims',
    'learningRate',
    'bias',
    'epsilon',
    'shape',
    'data',
    'length',
  ],
  ...[
    'seed',
    'reduction',
    'mode',
    'parameters',
    'name',
    'forward',
    'backward',
    'step',
    'tensors',
    'kernels',
    'then',
  ],
];

type Maker = (world: World) => unknown;

const MAKERS: readonly Maker[] = [
  () => undefined,
  () => null,
  ({ draw }) => draw.pick(true, false),
  ({ draw }) => draw.pick(0n, -5n, 2n ** 70n),
  ({ draw }) => draw.pick(Symbol('s'), Symbol.iterator),
  ({ draw }) => draw.pick(...NUMBERS),
  ({ draw }) => draw.pick(...NUMBERS),
  ({ draw }) => draw.pick(...TEXTS),
  (world) => list(world),
  (world) => list(world),
  ({ draw }) => draw.pick(...builtins())(),
  ({ draw }) => draw.pick(...buffers())(),
  (world) => record(world),
  (world) => record(world),
  ({ draw }) => draw.pick(...hostile())(),
  (world) => proxy(world),
  (world) => callback(world),
  (world) => callback(world),
  // What `Function` throws of a text that is no program is its own.
  ({ draw }) => draw.pick<unknown>(Tensor, Linear, SGD, ShapeError, Map, Object, theirs(Function)),
  (world) => someTensor(world),
  (world) => someTensor(world),
  (world) => instance(world),
];

/** Anything. */
export function arbitrary(world: World): unknown {
  return world.draw.pick(...MAKERS)(world);
}

function list(world: World): unknown {
  const { draw } = world;
  const some = (length: number) => Array.from({ length }, () => draw.pick(...NUMBERS));
  return draw.pick<() => unknown>(
    () => [],
    () => some(draw.integer(1, 4)),
    () => [draw.integer(-1, 3), draw.integer(-1, 3)],
    () => [some(2), some(draw.integer(0, 3))],
    () => Array.from({ length: draw.integer(1, 3) }, () => arbitrary(world)),
    () => new Array(3),
    // biome-ignore lint/suspicious/noSparseArray: holes are what is thrown
    () => [1, , 2],
    () => cyclic(),
    () => Array.from({ length: 2000 }, (_, i) => i),
  )();
}

function cyclic(): unknown[] {
  const self: unknown[] = [];
  self.push(self);
  return self;
}

function builtins(): (() => unknown)[] {
  return [
    () => new Date(0),
    () => new Date(Number.NaN),
    () => /a/,
    () => new Map<unknown, unknown>([['a', 1]]),
    () => new Set([1]),
    () => new WeakMap(),
    () => new Error('an error as a value'),
    () => new URL('https://example.org'),
    () => Object(5),
    () => Object('text'),
    () => Promise.resolve(1),
    () => rejected(),
    () => new Intl.NumberFormat(),
    () => Math,
    () => globalThis,
    () => [1, 2][Symbol.iterator](),
  ];
}

function rejected(): Promise<never> {
  const promise = Promise.reject(new TheirOwn('rejected by the caller'));
  promise.catch(() => {});
  return promise;
}

function buffers(): (() => unknown)[] {
  return [
    () => Float32Array.of(1, 2, 3),
    () => Int32Array.of(0, 1),
    () => Float64Array.of(1.5),
    () => new Float32Array(),
    () => Uint8Array.of(255, 0, 1),
    () => BigInt64Array.of(1n),
    () => new DataView(new ArrayBuffer(8)),
    () => new ArrayBuffer(8),
    () => new SharedArrayBuffer(8),
    () => detached(),
    () => new WebAssembly.Memory({ initial: 1, maximum: 1 }),
  ];
}

function detached(): Float32Array {
  const values = new Float32Array(4);
  structuredClone(values.buffer, { transfer: [values.buffer] });
  return values;
}

function record(world: World): unknown {
  const { draw } = world;
  const entries = Array.from({ length: draw.integer(0, 2) }, () => [draw.pick(...NAMES), arbitrary(world)]);
  return draw.pick<() => unknown>(
    () => Object.fromEntries(entries),
    () => Object.freeze(Object.fromEntries(entries)),
    () => Object.assign(Object.create(null), Object.fromEntries(entries)),
    () => ({ length: draw.pick(3, 1e10, -1) }),
    () => ({ [Symbol.iterator]: draw.pick<unknown>(7, theirOwn, () => ({})) }),
  )();
}

function hostile(): (() => unknown)[] {
  return [
    () => ({ valueOf: convert, toString: convert }),
    () => ({ [Symbol.toPrimitive]: convert }),
    () => ({ toString: () => ({}), valueOf: () => ({}) }),
    () => ({ toJSON: convert }),
    () => Object.defineProperty({}, Symbol.toStringTag, { get: convert }),
    () => Object.fromEntries(NAMES.map((name) => [name, { valueOf: convert }])),
    () =>
      Object.defineProperties(
        {},
        Object.fromEntries(NAMES.map((name) => [name, { get: theirOwn, enumerable: true }])),
      ),
  ];
}

function proxy(world: World): unknown {
  const { draw } = world;
  const target = draw.pick<() => object>(
    () => ({}),
    () => [1, 2],
    () => () => 1,
    () => someTensor(world),
  )();
  return new Proxy(target, draw.pick<ProxyHandler<object>>({}, {}, { get: theirOwn }, { ownKeys: theirOwn }));
}

/** A callback whose own errors can be told from those of the library. */
export function theirs<Args extends readonly unknown[], T>(f: (...args: Args) => T): (...args: Args) => T {
  return (...args) => {
    try {
      return f(...args);
    } catch (error) {
      throw error instanceof SphereGradError ? error : new TheirOwn('thrown by the caller', { cause: error });
    }
  };
}

/** A function that is none of what is asked for, or that returns something else. */
function callback(world: World): unknown {
  const { draw } = world;
  // What they return is made before: what a callback itself leaves behind is its own.
  return draw.pick<() => unknown>(
    () => () => {},
    () => (x: unknown) => x,
    () => {
      const value = arbitrary(world);
      return () => value;
    },
    () => {
      const value = arbitrary(world);
      return async () => value;
    },
    () => theirOwn,
    () => Math.max,
    () => function* () {},
    () => theirs((x: Tensor) => x.add(1)),
    () => theirs((x: Tensor) => x.square().sum()),
    () => returning(world.tensor([3])),
    () => returning(world.tensor([2])),
  )();
}

function returning(x: Tensor): () => Tensor {
  return () => x;
}

function someTensor(world: World): Tensor {
  const { draw, others } = world;
  return draw.pick<() => Tensor>(
    () => world.tensor([2, 3]),
    () => world.tensor([3]),
    () => world.tensor([]),
    () => world.tensor([0]),
    () => world.tensor([2, 0, 3]),
    () => world.tensor([1, 2, 2, 4]),
    () => world.integers([3]),
    () => world.integers([2, 3]),
    () => world.integers([]),
    () => world.tensor([2, 3], { backend: others.exact }),
    () => world.tensor([2, 3], { backend: others.twin }),
    () => world.tensor([3]).setRequiresGrad(),
    () => world.parameter([2, 3]),
    () => gone(world.tensor([2, 3])),
    () => gone(world.integers([3])),
    () => world.own(tensor([Number.NaN, Infinity, -1])),
  )();
}

function gone(x: Tensor): Tensor {
  x.dispose();
  return x;
}

function instance(world: World): unknown {
  return world.draw.pick<() => unknown>(
    () => world.own(new Linear(3, 2, world.generator())),
    () => world.own(new SGD([world.parameter()], { learningRate: 0.1, momentum: 0.9 })),
    () => world.generator(),
    () => world.backend(),
    () => world.others.exact,
    () => world.config(),
    () => new ShapeError('an error as a value'),
  )();
}
