/** Chapter 10, exercise 2: the checks. */
import { crossEntropy, Generator, initialise, type Tensor, tensor } from '../../src/index.js';
import { type Check, close, holds } from '../exercises/check.js';

/** What exercise-2.ts and solution-2.ts export. */
export interface Exercise {
  leastLoss(tokens: number, sz: number): number;
  scaleFor(tokens: number, loss: number): number;
  bend(v: Tensor): number;
}

const WIDTH = 256;

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'leastLoss is what the engine finds for the best cosines',
    run({ leastLoss }) {
      for (const [tokens, sz] of [
        [2, 1],
        [65, 1],
        [65, 10],
        [500, 3],
      ]) {
        const logits = tensor([[sz, ...new Array(tokens - 1).fill(-sz)]]);
        const wanted = crossEntropy(logits, tensor(Int32Array.of(0), [1])).itemSync();
        const hint = 'the right token at cosine 1, all others at −1; loss is −ln of its probability';
        close(leastLoss(tokens, sz), wanted, `leastLoss(${tokens}, ${sz})`, hint);
      }
    },
  },
  {
    name: 'with s_z = 0 all that is left is to guess',
    run({ leastLoss }) {
      close(leastLoss(65, 0), Math.log(65), 'leastLoss(65, 0)');
    },
  },
  {
    name: 'scaleFor is the other way round',
    run({ leastLoss, scaleFor }) {
      for (const loss of [0.01, 1, 3]) {
        close(
          leastLoss(65, scaleFor(65, loss)),
          loss,
          `leastLoss(65, scaleFor(65, ${loss}))`,
          'solve leastLoss for s_z',
        );
      }
    },
  },
  {
    name: 'bend of −1 and 1',
    run({ bend }) {
      // silu(±1) = ½ tanh(½) ± ½: the line with slope ½ leaves ½ tanh(½) at both.
      const left = (Math.tanh(0.5) / 2) ** 2;
      const hint = 'the derivative of ‖y − c v‖² by c is 0 at the best c';
      close(bend(tensor([-1, 1])), left / (left + 0.25), 'bend of [-1, 1]', hint);
    },
  },
  {
    name: 'without √d the gate of an MLP is nearly a line, with it it is not',
    run({ bend }) {
      const random = new Generator(1);
      const [h, w] = [64, 64].map((count) => initialise.unitVectors()([count, WIDTH], random));
      const v = h.matmul(w, { transposeB: true });
      const [without, withRoot] = [bend(v), bend(v.mul(Math.sqrt(WIDTH)))];
      holds(
        without < 1 / WIDTH,
        `bend of cosines in ${WIDTH} dimensions is ${without}, wanted less than 1/${WIDTH}`,
      );
      holds(withRoot > 0.2, `bend of the same times √d is ${withRoot}, wanted more than 0.2`);
    },
  },
];
