/** Chapter 1, exercise 1: the checks. */
import { grad, type Tensor, tensor } from '../../src/index.js';
import { add, backward, mul, Scalar } from '../01-scalar-engine/engine.js';
import { type Check, close } from '../exercises/check.js';

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  tanh(x: Scalar): Scalar;
  div(a: Scalar, b: Scalar): Scalar;
}

const POINTS = [-2, -0.3, 0, 0.5, 1.7];

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'tanh has the value of Math.tanh',
    run({ tanh }) {
      for (const x of POINTS) close(tanh(new Scalar(x)).value, Math.tanh(x), `tanh(${x})`);
    },
  },
  {
    name: 'tanh has the derivative that the real engine finds',
    run({ tanh }) {
      for (const x of POINTS) {
        const ours = new Scalar(x);
        backward(tanh(ours));
        const hint = 'how steep is tanh at x, said by its output?';
        close(ours.grad, slopes((t) => t.tanh(), x)[0], `the derivative of tanh at ${x}`, hint);
      }
    },
  },
  {
    name: 'div has the value of a / b',
    run({ div }) {
      close(div(new Scalar(3), new Scalar(-4)).value, -0.75, '3 / −4');
    },
  },
  {
    name: 'div has both derivatives',
    run({ div }) {
      for (const [x, y] of [
        [3, -4],
        [-1, 0.5],
      ]) {
        const [a, b] = [new Scalar(x), new Scalar(y)];
        backward(div(a, b));
        const [byA, byB] = slopes((s, t) => s.div(t), x, y);
        close(a.grad, byA, `∂(a/b)/∂a at a = ${x}, b = ${y}`);
        close(b.grad, byB, `∂(a/b)/∂b at a = ${x}, b = ${y}`, 'write a/b as a · b⁻¹ and differentiate b⁻¹');
      }
    },
  },
  {
    name: 'both work in the middle of a longer expression, where a value goes two ways',
    run({ tanh, div }) {
      const [x, y] = [0.7, 1.3];
      const [a, b] = [new Scalar(x), new Scalar(y)];
      const inner = tanh(mul(a, b));
      backward(div(add(inner, a), add(inner, b)));
      const wanted = slopes(
        (s, t) => {
          const u = s.mul(t).tanh();
          return u.add(s).div(u.add(t));
        },
        x,
        y,
      );
      const hint = 'are the parents the Scalars that were given, not copies of them?';
      close([a.grad, b.grad], wanted, 'the gradient of (u + a) / (u + b) with u = tanh(a b)', hint);
    },
  },
];

/** The derivatives of f, of scalars, by the real engine. */
function slopes(f: (...xs: Tensor[]) => Tensor, ...at: number[]): number[] {
  return grad(f)(...at.map((x) => tensor(x))).map((each) => each.itemSync());
}
