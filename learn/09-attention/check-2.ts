/** Chapter 9, exercise 2: the checks. */
import { attention, attentionWeights, explain, Generator, normal, type Tensor } from '../../src/index.js';
import type { Sizes } from '../09-attention/exercise-2.js';
import { type Check, close, equal, holds } from '../exercises/check.js';

/** What exercise-2.ts and solution-2.ts export. */
export interface Exercise {
  keptByOp(sizes: Sizes): number;
  weights(sizes: Sizes): number;
  longest(bytes: number, layers: number, heads: number): number;
  rowSums(g: Tensor, o: Tensor): Tensor;
}

const CASES: readonly Sizes[] = [
  { batch: 1, length: 8, heads: 2, headDim: 4 },
  { batch: 3, length: 5, heads: 4, headDim: 2 },
];
/** In the checks numbers are float64. */
const BYTES = 8;
const GIB = 2 ** 30;

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'keptByOp is what explain counts',
    run({ keptByOp }) {
      for (const sizes of CASES) {
        const { batch, length, heads, headDim } = sizes;
        const [q, k, v] = drawn([batch, length, heads, headDim]);
        const { bytes } = explain(attention(q, k, v, 1));
        equal(
          keptByOp(sizes),
          bytes / BYTES,
          `keptByOp of ${JSON.stringify(sizes)}`,
          'its rule is made with fromInputs',
        );
      }
    },
  },
  {
    name: 'weights is how many there are',
    run({ weights }) {
      for (const sizes of CASES) {
        const { batch, length, heads, headDim } = sizes;
        const [q, k] = drawn([batch, heads, length, headDim]);
        const { size } = attentionWeights(q, k, 1);
        equal(
          weights(sizes),
          size,
          `weights of ${JSON.stringify(sizes)}`,
          'every head of every sequence has a [T, T]',
        );
      }
    },
  },
  {
    name: 'longest fits, and one more does not',
    run({ longest, weights }) {
      for (const [bytes, layers, heads] of [
        [4 * GIB, 12, 12],
        [GIB, 4, 4],
        [1000, 1, 1],
      ]) {
        const length = longest(bytes, layers, heads);
        const takes = (length: number) => 4 * layers * weights({ batch: 1, length, heads, headDim: 1 });
        const asked = `longest(${bytes}, ${layers}, ${heads}) is ${length}`;
        holds(Number.isInteger(length), `${asked}, wanted a whole number`);
        holds(takes(length) <= bytes, `${asked}, which takes ${takes(length)} bytes`);
        holds(
          takes(length + 1) > bytes,
          `${asked}, but ${length + 1} takes no more than ${takes(length + 1)} bytes`,
        );
      }
    },
  },
  {
    name: 'rowSums is the sum over keys of dP ⊙ P',
    run({ rowSums }) {
      const [q, k, v, g] = drawn([2, 3, 5, 4]);
      const P = attentionWeights(q, k, 0.7);
      const dP = g.matmul(v, { transposeB: true });
      const wanted = dP.mul(P).sum(-1);
      const came = rowSums(g, P.matmul(v));
      equal([...came.shape], [...wanted.shape], 'the shape of rowSums');
      close(
        came.dataSync(),
        wanted.dataSync(),
        'the row sums',
        'put dPᵢⱼ = Σ_c gᵢ_c vⱼ_c in, and do the sum over j first',
      );
    },
  },
];

function drawn(shape: readonly number[]): [Tensor, Tensor, Tensor, Tensor] {
  const generator = new Generator(1);
  const draw = () => normal(generator, shape).setRequiresGrad();
  return [draw(), draw(), draw(), draw()];
}
