/** Chapter 4, exercise 2: the checks. */
import { grad, onesLike, type Tensor, tensor, vjp } from '../../src/index.js';
import { type Check, close, equal } from '../exercises/check.js';

/** What exercise-2.ts and solution-2.ts export. */
export interface Exercise {
  softplusRule(g: Tensor, x: Tensor): Tensor;
  linearRule(g: Tensor, x: Tensor, w: Tensor): readonly [Tensor, Tensor];
}

const POINTS = [-3, -0.5, 0, 1, 20];

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'softplusRule is g times the slope of log(1 + eˣ)',
    run({ softplusRule }) {
      const { pullback, dispose } = vjp((x) => x.softplus(), tensor(POINTS));
      const g = tensor([1, -2, 3, -4, 5]);
      const [wanted] = pullback(g);
      dispose();
      const hint = 'the chain rule, with u = 1 + eˣ';
      close(softplusRule(g, tensor(POINTS)).dataSync(), wanted.dataSync(), `∂L/∂x at ${POINTS}`, hint);
    },
  },
  {
    name: 'softplusRule is right far from 0',
    run({ softplusRule }) {
      const x = tensor([1000, -1000]);
      const hint = 'e¹⁰⁰⁰ is infinite; say it by the sigmoid, which never is';
      close(softplusRule(onesLike(x), x).dataSync(), [1, 0], 'the slope at 1000 and −1000', hint);
    },
  },
  {
    name: 'softplusRule can be differentiated in turn',
    run({ softplusRule }) {
      const [second] = grad((x) => softplusRule(onesLike(x), x).sum())(tensor(POINTS));
      const wanted = POINTS.map((x) => 1 / (2 + Math.exp(x) + Math.exp(-x)));
      const hint = 'is it written in ops, without reading numbers out?';
      close(second.dataSync(), wanted, 'the second derivative', hint);
    },
  },
  {
    name: 'linearRule returns what the engine does',
    run({ linearRule }) {
      const x = tensor(
        Array.from({ length: 24 }, (_, i) => Math.sin(i)),
        [2, 3, 4],
      );
      const w = tensor(
        Array.from({ length: 20 }, (_, i) => Math.cos(i)),
        [5, 4],
      );
      const { value, pullback, dispose } = vjp((a, b) => a.matmul(b, { transposeB: true }), x, w);
      const g = tensor(
        Array.from({ length: 30 }, (_, i) => Math.cos(i * i)),
        value.shape,
      );
      const wanted = pullback(g);
      dispose();
      const found = linearRule(g, x, w);
      const hints = ['sum over what x has not: o', 'sum over what w has not: b and t'];
      ['x', 'w'].forEach((name, i) => {
        equal(found[i].shape, wanted[i].shape, `the shape of ∂L/∂${name}`, hints[i]);
        close(found[i].dataSync(), wanted[i].dataSync(), `∂L/∂${name}`, hints[i]);
      });
    },
  },
];
