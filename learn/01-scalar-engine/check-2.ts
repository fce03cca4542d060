/** Chapter 1, exercise 2: the checks. */
import { add, mul, Scalar } from '../01-scalar-engine/engine.js';
import { type Check, close, holds } from '../exercises/check.js';

/** What exercise-2.ts and solution-2.ts export. */
export interface Exercise {
  backward(root: Scalar): void;
}

/** Doubled so often, a value has a million paths back. */
const DOUBLINGS = 20;
const ORDER = 'a value passes its gradient on once, when all of it has come: see parentsFirst';
/** How often gradients were added to, over all values: each edge of the graph asks for it once. */
let additions = 0;

/** A sum that counts how often gradients are added to it. */
class Counted extends Scalar {
  private sum = 0;

  constructor(parent: Scalar) {
    super(2 * parent.value, [parent, parent], [1, 1]);
    // A field of the class above would hide an accessor of this one.
    Object.defineProperty(this, 'grad', {
      get: () => this.sum,
      set: (value: number) => {
        this.sum = value;
        additions++;
      },
    });
  }
}

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'the gradients are right where a value goes two ways',
    run({ backward }) {
      const [a, b] = [new Scalar(2), new Scalar(3)];
      const s = mul(a, b);
      const t = mul(s, b);
      backward(add(mul(s, t), a));
      // s t + a = a² b³ + a
      close([a.grad, b.grad], [2 * 2 * 27 + 1, 4 * 3 * 9], 'the gradient of a²b³ + a at (2, 3)', ORDER);
      close([s.grad, t.grad], [18 + 6 * 3, 6], 'the gradient by s = a b and t = s b', ORDER);
    },
  },
  {
    name: 'each value is worked on once',
    run({ backward }) {
      const x = new Scalar(1);
      let y: Scalar = x;
      for (let i = 0; i < DOUBLINGS; i++) y = new Counted(y);
      additions = 0;
      backward(y);
      close(x.grad, 2 ** DOUBLINGS, `the derivative of 2^${DOUBLINGS} x`, ORDER);
      const most = 4 * DOUBLINGS;
      holds(
        additions <= most,
        `${DOUBLINGS} doublings took ${additions} additions, ${most} are enough; ${ORDER}`,
      );
    },
  },
];
