/** What a call of a kernel has to do, so that its speed can be told in GFLOP/s or GB/s. */
import type { Buffer, FusedKernels, Kernels, Operand } from '../../src/index.js';
import { BYTES_PER_ELEMENT } from '../../src/tensor/dtype.js';

export type KernelName = keyof Kernels | keyof FusedKernels;

/** Operations of a call on its arguments and results; `bytes` for kernels that only pass over memory. */
type Work = 'bytes' | ((args: readonly unknown[]) => number);

/** q [B, T, H, D] against every key up to its own: scores and weighted values, 2 operations for each product. */
function attentionFlops(products: number): Work {
  return (args) => {
    const [q, k] = args.slice(products === 2 ? 0 : 1) as Operand[];
    const [batch, length, heads, size] = q.shape;
    const pairs = length * (k.shape[1] - length) + (length * (length + 1)) / 2;
    return products * 2 * batch * heads * size * pairs;
  };
}

/** One entry for every kernel: one that is missing does not compile. */
export const WORK: { readonly [N in KernelName]: Work } = {
  unary: 'bytes',
  binary: 'bytes',
  compare: 'bytes',
  where: 'bytes',
  affine: 'bytes',
  cast: 'bytes',
  sum: 'bytes',
  max: 'bytes',
  argmax: 'bytes',
  cumsum: 'bytes',
  argsort: 'bytes',
  matmul: ([a, b, transposeA, transposeB]) => {
    const [left, right] = [a, b] as Operand[];
    const [batch, rows, inner] = left.shape;
    const columns = transposeB ? right.shape[1] : right.shape[2];
    const [m, k] = transposeA ? [inner, rows] : [rows, inner];
    return 2 * Math.max(batch, right.shape[0]) * m * k * columns;
  },
  permute: 'bytes',
  slice: 'bytes',
  concat: 'bytes',
  pad: 'bytes',
  gather: 'bytes',
  scatterAdd: 'bytes',
  fill: 'bytes',
  copy: 'bytes',
  assignInPlace: 'bytes',
  unit: 'bytes',
  unitBackward: 'bytes',
  rmsNorm: 'bytes',
  rmsNormBackward: 'bytes',
  softmax: 'bytes',
  softmaxBackward: 'bytes',
  logSoftmax: 'bytes',
  logSoftmaxBackward: 'bytes',
  crossEntropy: 'bytes',
  crossEntropyBackward: 'bytes',
  rope: 'bytes',
  swiglu: 'bytes',
  swigluBackward: 'bytes',
  scaledSwiglu: 'bytes',
  scaledSwigluBackward: 'bytes',
  attention: attentionFlops(2),
  // The scores anew, and the gradients of weights, values, queries and keys.
  attentionBackward: attentionFlops(5),
  sphereStep: 'bytes',
  sphereStepBackward: 'bytes',
  sumSquares: 'bytes',
  adamStepInPlace: 'bytes',
  unitInPlace: 'bytes',
};

/** Bytes of all operands and results, each read or written once. */
export function bytesOf(args: readonly unknown[], result: unknown): number {
  const operands = args
    .flat()
    .filter((x): x is Operand => typeof x === 'object' && x !== null && 'buffer' in x);
  const results = [result].flat().filter((x): x is Buffer => typeof x === 'object' && x !== null);
  return [...operands.map(({ buffer }) => buffer), ...results].reduce(
    (sum, { length, dtype }) => sum + length * BYTES_PER_ELEMENT[dtype],
    0,
  );
}
