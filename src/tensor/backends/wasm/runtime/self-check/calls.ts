/** A call of every kernel, on values from a fixed seed. */
import type { Backend, FusedKernels, Kernels, Operand } from '../../../../backend.js';
import { Generator } from '../../../../create/random.js';
import type { Shape } from '../../../../shape.js';

export type KernelTable = Kernels & FusedKernels;
export type KernelName = keyof KernelTable;
/** The arguments of a kernel. */
export type Call<N extends KernelName> = Parameters<KernelTable[N]>;

/** Drawn once: to draw takes longer than to compute, in code that runs for the first time. Prime, so that rows differ. */
const POOL = 1021;
let pool: Float32Array | null = null;

function drawnValues(): Float32Array {
  const generator = new Generator(1);
  // Away from zero, where some kernels take a short cut.
  pool ??= Float32Array.from({ length: POOL }, () => 0.5 + generator.uniform());
  return pool;
}

/** Makes operands on a backend. */
export class Operands {
  private readonly generator = new Generator(1);
  private readonly drawn = drawnValues();
  private used = 0;

  constructor(
    private readonly backend: Backend,
    /** Rows of the matrices that are passed over, and the length of the text for attention. */
    readonly sizes: {
      readonly rows: number;
      readonly width: number;
      readonly length: number;
      readonly square: number;
    },
  ) {}

  /** [rows, width], or of another width. */
  rows(width = this.sizes.width): Operand {
    return this.floats([this.sizes.rows, width]);
  }

  floats(shape: Shape): Operand {
    const length = shape.reduce((size, extent) => size * extent, 1);
    const values = new Float32Array(length);
    for (let filled = 0; filled < length; ) {
      const part = this.drawn.subarray(this.used, this.used + length - filled);
      values.set(part, filled);
      filled += part.length;
      this.used = (this.used + part.length) % POOL;
    }
    return { buffer: this.backend.upload(values, 'float32'), shape, dtype: 'float32' };
  }

  integers(shape: Shape, below: number): Operand {
    const length = shape.reduce((size, extent) => size * extent, 1);
    const values = Int32Array.from({ length }, () => this.generator.integer(below));
    return { buffer: this.backend.upload(values, 'int32'), shape, dtype: 'int32' };
  }

  /** [1, length, heads, headDim] */
  heads(): Operand {
    return this.floats([1, this.sizes.length, 4, 64]);
  }
}

const ADAM = { learningRate: 1e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, step: 1 } as const;

/** One entry for every kernel: one that is missing does not compile. */
export const CALLS: { readonly [N in KernelName]: (o: Operands) => Call<N> } = {
  unary: (o) => ['exp', o.rows()],
  binary: (o) => {
    const [a, b] = [o.rows(), o.rows()];
    return ['add', a, b, a.shape];
  },
  compare: (o) => {
    const [a, b] = [o.rows(), o.rows()];
    return ['lt', a, b, a.shape];
  },
  where: (o) => {
    const [a, b] = [o.rows(), o.rows()];
    return [o.integers(a.shape, 2), a, b, a.shape];
  },
  affine: (o) => [o.rows(), 2, 1],
  cast: (o) => [o.rows(), 'int32'],
  sum: (o) => [o.rows(), [1]],
  max: (o) => [o.rows(), [1]],
  argmax: (o) => [o.rows(), 1],
  cumsum: (o) => [o.rows(), 1, false],
  argsort: (o) => [o.rows(), 1, false],
  matmul: (o) => {
    const { square } = o.sizes;
    return [o.floats([1, square, square]), o.floats([1, square, square]), false, false];
  },
  permute: (o) => [o.rows(), [1, 0]],
  slice: (o) => {
    const x = o.rows();
    return [x, [0, 0], [x.shape[0], x.shape[1] / 2]];
  },
  concat: (o) => [[o.rows(), o.rows()], 1],
  pad: (o) => [o.rows(), [0, 1], [0, 1], 0],
  gather: (o) => [o.rows(), o.integers([o.sizes.rows], o.sizes.rows)],
  scatterAdd: (o) => [o.integers([o.sizes.rows], o.sizes.rows), o.rows(), o.sizes.rows],
  fill: (o) => [[o.sizes.rows, o.sizes.width], 1, 'float32'],
  copy: (o) => {
    const x = o.rows();
    return [x, x.shape];
  },
  assignInPlace: (o) => [o.rows(), o.rows()],
  unit: (o) => [o.rows()],
  unitBackward: (o) => [o.rows(), o.rows()],
  rmsNorm: (o) => [o.rows(), o.floats([o.sizes.width]), 1e-6],
  rmsNormBackward: (o) => [o.rows(), o.rows(), o.floats([o.sizes.width]), 1e-6],
  softmax: (o) => [o.rows()],
  softmaxBackward: (o) => [o.rows(), o.rows()],
  logSoftmax: (o) => [o.rows()],
  logSoftmaxBackward: (o) => [o.rows(), o.rows()],
  crossEntropy: (o) => [o.rows(), o.integers([o.sizes.rows], o.sizes.width), -1],
  crossEntropyBackward: (o) => [
    o.floats([o.sizes.rows]),
    o.rows(),
    o.integers([o.sizes.rows], o.sizes.width),
    -1,
  ],
  rope: (o) => {
    const { rows, width } = o.sizes;
    return [o.floats([1, rows, width / 64, 64]), o.floats([2, rows, 64]), 0, false];
  },
  swiglu: (o) => [o.rows()],
  swigluBackward: (o) => [o.rows(o.sizes.width / 2), o.rows()],
  scaledSwiglu: (o) => [o.rows(), o.floats([o.sizes.width])],
  scaledSwigluBackward: (o) => [o.rows(o.sizes.width / 2), o.rows(), o.floats([o.sizes.width])],
  attention: (o) => [o.heads(), o.heads(), o.heads(), 0.125],
  attentionBackward: (o) => [o.heads(), o.heads(), o.heads(), o.heads(), 0.125],
  sphereStep: (o) => [o.rows(), o.rows(), o.floats([o.sizes.width])],
  sphereStepBackward: (o) => [o.rows(), o.rows(), o.rows(), o.floats([o.sizes.width])],
  sumSquares: (o) => [o.rows()],
  adamStepInPlace: (o) => [o.rows(), o.rows(), o.rows(), o.rows(), null, ADAM],
  unitInPlace: (o) => [o.rows(), 1],
};
