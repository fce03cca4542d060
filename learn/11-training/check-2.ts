/** Chapter 11, exercise 2: the checks. */
import { Adam, Parameter, Scale, tensor } from '../../src/index.js';
import { type Check, close } from '../exercises/check.js';

/** What exercise-2.ts and solution-2.ts export. */
export interface Exercise {
  move(learningRate: number, init: number, scale: number): number;
  scaleFor(learningRate: number, share: number): number;
  shareOfEntry(learningRate: number, d: number): number;
}

/** Adam's epsilon shows in the ninth digit. */
const TOLERANCE = 1e-7;

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'move is what Adam does to a Scale, at three scales',
    run({ move }) {
      for (const scale of [1, 0.1, 1 / Math.sqrt(128)]) {
        const name = `move(0.02, 0.05, ${scale.toFixed(3)})`;
        const hint = 'the stored s moves by the learning rate; what acts is s · init/scale';
        close(move(0.02, 0.05, scale), measured(0.02, 0.05, scale), name, hint, TOLERANCE);
      }
    },
  },
  {
    name: 'and with an init of 1',
    run({ move }) {
      close(move(0.01, 1, 0.125), measured(0.01, 1, 0.125), 'move(0.01, 1, 0.125)', '', TOLERANCE);
    },
  },
  {
    name: 'scaleFor makes a scale that learns as fast as asked for',
    run({ scaleFor }) {
      for (const [init, share] of [
        [0.05, 0.02],
        [1, 0.1],
      ]) {
        const scale = scaleFor(0.01, share);
        const hint = 'the move, over init, is the share: solve for scale';
        close(measured(0.01, init, scale) / init, share, `the share at scale ${scale}`, hint, TOLERANCE);
      }
    },
  },
  {
    name: 'shareOfEntry is what Adam does to a unit vector',
    run({ shareOfEntry }) {
      for (const d of [16, 128]) {
        const w = new Parameter(tensor(new Array(d).fill(1 / Math.sqrt(d))));
        const [before] = w.dataSync();
        stepOf(0.001, w);
        const wanted = Math.abs(w.dataSync()[0] - before) / before;
        close(
          shareOfEntry(0.001, d),
          wanted,
          `shareOfEntry(0.001, ${d})`,
          'how large is an entry?',
          TOLERANCE,
        );
      }
    },
  },
  {
    name: 'a scale of 1/√d learns as fast as the entries of matrices',
    run({ scaleFor, shareOfEntry }) {
      const came = scaleFor(0.01, shareOfEntry(0.01, 256));
      close(came, 1 / 16, 'the scale that keeps up with entries of vectors of 256', '', TOLERANCE);
    },
  },
];

/** How far the first step takes what acts. */
function measured(learningRate: number, init: number, scale: number): number {
  const s = new Scale([1], { init, scale });
  stepOf(learningRate, s, () => s.value());
  return Math.abs(s.value().itemSync() - init);
}

function stepOf(learningRate: number, parameter: Parameter, acting = () => parameter.mul(1)): void {
  const optimizer = new Adam([parameter], { learningRate });
  acting().mul(-3).sum().backward();
  optimizer.step();
  optimizer.zeroGrad();
}
