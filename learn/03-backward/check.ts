/** Chapter 3, exercise 1: the checks. */
import { grad, type Tensor, tensor } from '../../src/index.js';
import { add, mul, Recorded, sum, tanh } from '../03-backward/recorded.js';
import { type Check, close, holds } from '../exercises/check.js';

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  backward(root: Recorded): Map<Recorded, Tensor>;
}

const FAN_OUT = 'when a part comes for a node that has one already, what is the gradient?';

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'right where each value is read once',
    run({ backward }) {
      const [x, w] = [given(1, -2), given(3, 0.5)];
      const found = backward(sum(tanh(mul(x, w))));
      const wanted = real((s, t) => s.mul(t).tanh().sum(), x, w);
      close([of(found, x), of(found, w)], wanted, 'the gradients of Σ tanh(x w) by x and w');
    },
  },
  {
    name: 'right where one op reads a value twice',
    run({ backward }) {
      const x = given(1, 2);
      close(of(backward(sum(mul(x, x))), x), [2, 4], 'the gradient of Σ x x by x', FAN_OUT);
    },
  },
  {
    name: 'right where two ops read a value',
    run({ backward }) {
      const [x, w] = [given(1, -2), given(3, 0.5)];
      const a = mul(x, w);
      const b = tanh(a);
      const found = backward(sum(mul(add(a, b), b)));
      const wanted = real(
        (s, t) => {
          const u = s.mul(t);
          return u.add(u.tanh()).mul(u.tanh()).sum();
        },
        x,
        w,
      );
      close(
        [of(found, x), of(found, w)],
        wanted,
        'the gradients of Σ (a + b) b, a = x w, b = tanh a',
        FAN_OUT,
      );
    },
  },
  {
    name: 'no gradient is changed that another node has, too',
    run({ backward }) {
      const x = given(1);
      const twice = add(x, x);
      const found = backward(sum(add(twice, twice)));
      close([of(found, x), of(found, twice)], [[4], [2]], 'the gradients of 4 x by x and by 2 x', FAN_OUT);
    },
  },
];

function given(...values: number[]): Recorded {
  return new Recorded(tensor(values));
}

function of(found: Map<Recorded, Tensor>, node: Recorded): ArrayLike<number> {
  const gradient = found.get(node);
  holds(gradient !== undefined, 'the map has no gradient for one of the inputs');
  return gradient?.dataSync() ?? [];
}

/** By the real engine. */
function real(f: (...xs: Tensor[]) => Tensor, ...inputs: Recorded[]): ArrayLike<number>[] {
  return grad(f)(...inputs.map(({ value }) => value)).map((each) => each.dataSync());
}
