/** Chapter 8, exercise 1: the checks. */
import {
  Generator,
  grad,
  hypersphere,
  normal,
  sphereStep as ours,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { type Check, close, holds } from '../exercises/check.js';

type Row = readonly number[];
type Rows = readonly Row[];

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  sphereStep(h: Rows, target: Rows, alpha: Row): Rows;
  sphereStepBackward(
    g: Rows,
    h: Rows,
    target: Rows,
    alpha: Row,
  ): { readonly dh: Rows; readonly dTarget: Rows; readonly dAlpha: Row };
}

const DX = 'with n = ‖x‖, dx = (g − y (y·g)) / n, before it is shared out among h, t and α';

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'sphereStep returns the points that the real engine does',
    run({ sphereStep }) {
      const { h, target, alpha } = drawn(2, [0.1, 0.5, 0.9]);
      const wanted = ours(tensor(h), tensor(target), tensor(alpha));
      close(sphereStep(h, target, alpha), rowsOf(wanted), 'the rows after the step', 'are they of length 1?');
    },
  },
  {
    name: 'dh and dTarget are the gradients that grad finds',
    run({ sphereStepBackward }) {
      const { g, h, target, alpha } = drawn(1, [0.1, 0.5, 0.9]);
      const [dh, dTarget] = wantedOf(g, h, target, alpha);
      const came = sphereStepBackward(g, h, target, alpha);
      close(came.dh, rowsOf(dh), 'dh', DX);
      close(came.dTarget, rowsOf(dTarget), 'dTarget', DX);
    },
  },
  {
    name: 'dAlpha adds up what comes from all rows',
    run({ sphereStepBackward }) {
      const { g, h, target, alpha } = drawn(4, [0.1, 0.5, 0.9]);
      const [, , dAlpha] = wantedOf(g, h, target, alpha);
      const came = sphereStepBackward(g, h, target, alpha).dAlpha;
      close(came, Array.from(dAlpha.dataSync()), 'dα of 4 rows', 'one α moved all rows: chapter 4, "sum"');
    },
  },
  {
    name: 'an α below 0 acts as |α| does, and its slope turns around; at 0 the slope counts as 0',
    run({ sphereStep, sphereStepBackward }) {
      const { g, h, target, alpha } = drawn(3, [-0.3, 0, 0.6]);
      const wanted = ours(tensor(h), tensor(target), tensor(alpha));
      close(
        sphereStep(h, target, alpha),
        rowsOf(wanted),
        'the rows after a step with α below 0',
        'which share does |α| leave to h?',
      );
      const [dh, dTarget, dAlpha] = wantedOf(g, h, target, alpha);
      const came = sphereStepBackward(g, h, target, alpha);
      close(came.dh, rowsOf(dh), 'dh where α is below 0', 'dh and dTarget want |α|');
      close(came.dTarget, rowsOf(dTarget), 'dTarget where α is below 0', 'dh and dTarget want |α|');
      close(came.dAlpha, Array.from(dAlpha.dataSync()), 'dα where α is below 0', 'what is the slope of |α|?');
    },
  },
  {
    name: 'a gradient that points along the new point moves nothing',
    run({ sphereStep, sphereStepBackward }) {
      const { h, target, alpha } = drawn(2, [0.2, 0.4, 0.8]);
      const y = sphereStep(h, target, alpha);
      const { dh, dTarget, dAlpha } = sphereStepBackward(y, h, target, alpha);
      const largest = Math.max(...[...dh, ...dTarget, dAlpha].flat().map(Math.abs));
      holds(largest < 1e-12, `g = y gives a gradient of ${largest}, wanted 0; ${DX}`);
    },
  },
];

/** Unit vectors h and targets, and gradients, with as many columns as alpha has. */
function drawn(rows: number, alpha: Row) {
  const generator = new Generator(rows);
  const draw = () => normal(generator, [rows, alpha.length]);
  const [h, target] = [0, 1].map(() => rowsOf(hypersphere.unit(draw())));
  return { g: rowsOf(draw()), h, target, alpha };
}

function wantedOf(g: Rows, h: Rows, target: Rows, alpha: Row): Tensor[] {
  const loss = (...inputs: [Tensor, Tensor, Tensor]) =>
    ours(...inputs)
      .mul(tensor(g))
      .sum();
  return grad(loss)(tensor(h), tensor(target), tensor(alpha));
}

function rowsOf(x: Tensor): number[][] {
  const [rows, columns] = x.shape;
  const values = Array.from(x.dataSync());
  return Array.from({ length: rows }, (_, row) => values.slice(row * columns, (row + 1) * columns));
}
