import { describe, expect, it } from 'vitest';
import { dot, einsum, init, outer, ShapeError, type Tensor, tensor, zeros } from '../../../../src/index.js';
import type * as einsums from '../../../../src/tensor/ops/composed/einsum.js';
import type * as products from '../../../../src/tensor/ops/composed/products.js';
import { EQUATIONS } from '../../../helpers/kernels/composed-cases.js';
import { expectClose } from '../../../helpers/values/close.js';
import { property } from '../../../helpers/values/draw.js';
import { Grid, type Meanings } from '../../../helpers/values/grid.js';
import { relative } from '../../../helpers/values/tolerance.js';

await init('reference', { dtype: 'float64' });

const CLOSE = relative(1e-13);

/** Einstein's sum as one loop over the values of all letters; `...` is written out in letters of its own. */
function summed(equation: string, xs: readonly Tensor[]): Grid {
  const [left, right] = equation.replaceAll(' ', '').split('->');
  const terms = left.split(',').map((term, i) => {
    const hidden = xs[i].rank - term.replace('...', '').length;
    return term.replace('...', 'αβγδ'.slice(4 - hidden));
  });
  const letters = [...new Set(terms.join(''))];
  const dots = letters.filter((letter) => letter >= 'α').sort();
  const once = letters.filter((letter) => terms.join('').split(letter).length === 2 && letter < 'α').sort();
  const output = right === undefined ? [...dots, ...once].join('') : right.replace('...', dots.join(''));
  const grids = xs.map(Grid.of);
  const lengths = letters.map((letter) => {
    const all = terms.flatMap((term, i) =>
      [...term].map((own, axis) => (own === letter ? xs[i].shape[axis] : 1)),
    );
    return all.find((length) => length !== 1) ?? 1;
  });
  const inner = letters.filter((letter) => !output.includes(letter));
  const lengthOf = (letter: string) => lengths[letters.indexOf(letter)];
  return Grid.fill([...output].map(lengthOf), (at) => {
    let total = 0;
    Grid.fill(inner.map(lengthOf), (within) => {
      const valueAt = (letter: string) => [...at, ...within][[...output, ...inner].indexOf(letter)];
      total += terms.reduce((value, term, i) => value * grids[i].at([...term].map(valueAt)), 1);
      return 0;
    });
    return total;
  });
}

describe('products', () => {
  const MEANINGS: Meanings<keyof typeof products | keyof typeof einsums> = {
    dot(draw) {
      const n = draw.integer(0, 9);
      const [a, b] = [draw.values([n]), draw.values([n])];
      const total = Array.from(a.dataSync(), (x, i) => x * b.dataSync()[i]).reduce((s, x) => s + x, 0);
      expectClose(dot(a, b), new Grid([], [total]), CLOSE);
      expectClose(a.dot(b), total, CLOSE);
    },
    outer(draw) {
      const [a, b] = [draw.values([draw.integer(0, 4)]), draw.values([draw.integer(0, 4)])];
      const wanted = Grid.fill([a.size, b.size], ([i, j]) => a.dataSync()[i] * b.dataSync()[j]);
      expectClose(outer(a, b), wanted, CLOSE);
      expectClose(a.outer(b), wanted, CLOSE);
    },
    einsum(draw) {
      for (const [equation, ...shapes] of EQUATIONS) {
        const xs = shapes.map((shape) => draw.values(shape));
        expectClose(einsum(equation, ...xs), summed(equation, xs), CLOSE, equation);
      }
    },
  };
  it.each(Object.entries(MEANINGS))('%s', (_, check) => property(check, 40));

  it('dot and outer take vectors', () => {
    const [a, b] = [zeros([2]), zeros([3])];
    expect(() => dot(a, b)).toThrow(new ShapeError('dot: lengths differ: [2] and [3]'));
    expect(() => dot(a, zeros([2, 1]))).toThrow(new ShapeError('dot: wants two vectors, got [2] and [2, 1]'));
    expect(() => outer(zeros([]), b)).toThrow(new ShapeError('outer: wants two vectors, got [] and [3]'));
    expect(() => dot(a.cast('int32'), a)).toThrow('dot: wants a float tensor');
  });

  it.each<[equation: string, shapes: number[][], problem: string]>([
    ['ij,jk', [[2, 3]], '2 terms for 1 operand'],
    ['i', [], '1 term for 0 operands'],
    ['ij->i->j', [[2, 3]], "there is more than one '->'"],
    ['i_', [[2, 3]], "'i_' is no term; wanted is a letter for each axis, or '...' for some of them"],
    ['i..', [[2, 3]], "'i..' is no term; wanted is a letter for each axis, or '...' for some of them"],
    ['......', [[2, 3]], "'......' is no term; wanted is a letter for each axis, or '...' for some of them"],
    ['i->i.', [[2]], "'i.' is no term; wanted is a letter for each axis, or '...' for some of them"],
    ['ijk', [[2, 3]], "'ijk' has 3 letters for the 2 axes of [2, 3]"],
    ['i', [[2, 3]], "'i' has 1 letter for the 2 axes of [2, 3]"],
    ['ij...', [[2]], "'ij...' has 2 letters for the 1 axis of [2]"],
    [
      'ij,jk',
      [
        [2, 3],
        [4, 5],
      ],
      "'j' has length 3 and, in [4, 5], 4",
    ],
    ['ii', [[2, 3]], "'i' has length 2 and, in [2, 3], 3"],
    [
      '...i,...i',
      [
        [2, 3],
        [4, 3],
      ],
      "axis -1 of '...' has length 2 and, in [4, 3], 4",
    ],
    ['ij->ik', [[2, 3]], "no operand has the 'k' of the output"],
    ['ij->ii', [[2, 3]], "'i' occurs twice in the output"],
  ])('einsum %s of %j says what is wrong', (equation, shapes, problem) => {
    const xs = shapes.map((shape) => zeros(shape));
    expect(() => einsum(equation, ...xs)).toThrow(new ShapeError(`einsum '${equation}': ${problem}`));
  });

  it('einsum repeats axes of size 1, on either side', () => {
    const [one, three] = [tensor([2]), tensor([1, 2, 3])];
    for (const [a, b] of [
      [one, three],
      [three, one],
    ]) {
      expectClose(einsum('i,i->i', a, b).dataSync(), [2, 4, 6], CLOSE);
    }
  });

  it('einsum takes the diagonal of an axis of size 1 and a longer one, on either side', () => {
    const row = tensor([[1, 2, 3]]);
    for (const x of [row, row.transpose()]) {
      expectClose(einsum('ii->i', x).dataSync(), [1, 2, 3], CLOSE);
      expectClose(einsum('ii', x).dataSync(), [6], CLOSE);
    }
  });

  it('einsum multiplies along axes that both have, wherever they stand', () => {
    const [x, y] = [
      tensor([1, 2, 3, 4, 5, 6], [2, 3]),
      tensor([1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6], [4, 3]),
    ];
    const wanted = x
      .transpose()
      .reshape([3, 2, 1])
      .mul(y.transpose().reshape([3, 1, 4]));
    expectClose(einsum('ba,ca->abc', x, y), wanted, CLOSE);
  });

  it('einsum takes floats of one dtype', () => {
    expect(() => einsum('i,i', zeros([2]), zeros([2]).cast('int32'))).toThrow('einsum: wants a float tensor');
    expect(() => einsum('i,i', zeros([2]), zeros([2]).cast('float32'))).toThrow('dtypes differ');
  });
});
