/** Derivatives. */
import type * as door from '../../../../src/autograd/index.js';
import type { Tensor } from '../../../../src/tensor/index.js';
import {
  flag,
  float,
  floats,
  leaf,
  listOf,
  maybe,
  ofTensors,
  oneOf,
  options,
  record,
  square,
  total,
  value,
} from '../recipes.js';
import { call, type Recipe, returning, type Table } from '../spec.js';

/** A scalar with a history. */
const loss: Recipe = (world) => world.own(world.tensor([2, 3]).setRequiresGrad().square().sum());

const passOptions = options({ keepGraph: flag, createGraph: flag, gradient: floats() });
const gradOptions = options({ createGraph: flag });
const exact: Recipe = (world) => world.tensor([2], { backend: world.others.exact });

const definition = record({
  name: value('double'),
  forward: ofTensors((x) => x.mul(2)),
  backward: value((gradient: Tensor) => gradient.mul(2)),
  keeps: oneOf('inputs', 'output', 'both', 'nothing'),
});

const loopDefinition = record({
  name: value('double'),
  backward: value((gradient: Tensor) => gradient.mul(2)),
  loop: record({
    shape: value((x: Tensor) => x.shape),
    dtype: value('float32'),
    run: value((y: Float32Array, x: Float32Array) => {
      for (let i = 0; i < y.length; i++) y[i] = 2 * x[i];
    }),
  }),
});

export const AUTOGRAD = {
  backward: call(loss, passOptions),
  gradients: call(loss, listOf(leaf(2)), passOptions),
  detectAnomaly: call(value(() => 1)),
  customOp: returning(
    [(world) => (world.draw.integer(0, 1) === 0 ? definition : loopDefinition)(world)],
    leaf(3),
  ),
  explain: call(loss, listOf(listOf(value('x'), leaf(2)))),
  grad: returning([total, gradOptions], float, float),
  valueAndGrad: returning([total, gradOptions], float, float),
  vjp: call(square, float),
  hessian: returning([total, gradOptions], float, float),
  jacobian: returning([square, gradOptions], float),
  jvp: call(square, listOf(float), listOf(maybe(float, null))),
  vmap: returning([square, options({ inAxes: oneOf(0, 1, [0], [-1]), outAxis: oneOf(0, -1) })], float),
  gradcheck: call(square, listOf(exact), options({ tolerance: value(1e-6), step: value(1e-3) })),
  recompute: call(square, leaf(2, 3)),
  isGradEnabled: call(),
  noGrad: call(value(() => 1)),
} satisfies Table<typeof door>;
