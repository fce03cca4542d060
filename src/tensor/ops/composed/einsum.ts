import { described } from '../../checks/describe.js';
import { requireTensors } from '../../checks/values.js';
import { requireFloat } from '../../dtype.js';
import { ArgumentError } from '../../errors.js';
import { scope } from '../../scope.js';
import { sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { matmul } from '../matmul.js';
import { type Label, parseEquation } from './einsum-equation.js';
import { diagonal } from './matrices.js';

/** A tensor whose axes have names, no two of them the same. */
interface Named {
  readonly labels: readonly Label[];
  readonly values: Tensor;
}

/**
 * Einstein's sum: the product of all operands at all values of all letters, summed over the letters that the output
 * lacks. Each operand has a term with a letter for each axis: one letter twice in a term is a diagonal, and one in several
 * terms means axes of one length, or of 1, which broadcast. `...` stands for any axes, broadcast from the last, and summed over, as in PyTorch, where an output is given that
 * lacks it. Without `->` the output has the letters that occur once, in the order of the alphabet, after those of `...`. Two operands at a
 * time, from the left, are put together by one matmul.
 * @throws ShapeError for an equation that cannot be read or does not fit the shapes, DTypeError for integers or different
 * dtypes.
 * @example
 * const [a, b] = [tensor([[1, 2], [3, 4]]), tensor([[1, 0], [0, 2]])];
 * einsum('ij,jk->ik', a, b) // [[1, 4], [3, 8]]
 * einsum('ii', a) // 5
 * const [q, k] = [zeros([2, 4, 8, 16]), zeros([2, 4, 8, 16])];
 * einsum('bhqd,bhkd->bhqk', q, k) // shape [2, 4, 8, 8]
 */
export function einsum(equation: string, ...operands: Tensor[]): Tensor {
  if (typeof equation !== 'string')
    throw new ArgumentError(`einsum: wants an equation such as 'ij,jk->ik', got ${described(equation)}`);
  requireTensors('einsum', 'operands', operands);
  for (const { dtype } of operands) requireFloat('einsum', dtype);
  const parsed = parseEquation(
    equation,
    operands.map(({ shape }) => shape),
  );
  return scope(() => {
    const named = operands.map((values, i) => withDistinctLabels(parsed.operands[i], values));
    const full = named.map(({ labels, values }) => {
      const shape = labels.map((label) => parsed.lengths.get(label) as number);
      return { labels, values: values.broadcastTo(shape) };
    });
    const product = full.reduce((left, right, i) => {
      const later = full.slice(i + 1).flatMap(({ labels }) => labels);
      return multiplied(left, right, new Set([...later, ...parsed.output]));
    });
    return arranged(summed(product, new Set(parsed.output)), parsed.output);
  });
}

/** A label that occurs twice means the diagonal of its axes. */
function withDistinctLabels(labels: readonly Label[], values: Tensor): Named {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) !== axis);
  if (second < 0) return { labels, values };
  const first = labels.indexOf(labels[second]);
  const rest = labels.filter((_, axis) => axis !== first && axis !== second);
  // As everywhere, an axis of length 1 broadcasts.
  const length = Math.max(values.shape[first], values.shape[second]);
  const square = values.shape.map((own, axis) => (axis === first || axis === second ? length : own));
  const diagonals = diagonal(values.broadcastTo(square), 0, first, second);
  return withDistinctLabels([...rest, labels[second]], diagonals);
}

/** The product over the axes of both, summed over those that nobody needs any more. */
function multiplied(a: Named, b: Named, needed: ReadonlySet<Label>): Named {
  const left = summed(a, new Set([...needed, ...b.labels]));
  const right = summed(b, new Set([...needed, ...a.labels]));
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const inner = shared.filter((label) => !needed.has(label));
  const rows = left.labels.filter((label) => !shared.includes(label));
  const columns = right.labels.filter((label) => !shared.includes(label));

  const [leftSizes, rightSizes] = [sizesOf(left), sizesOf(right)];
  const shape = [...leftSizes(batch), ...leftSizes(rows), ...rightSizes(columns)];
  const labels = [...batch, ...rows, ...columns];
  if (inner.length === 0) {
    const tall = arranged(left, [...batch, ...rows]).reshape([
      ...leftSizes(batch),
      ...leftSizes(rows),
      ...columns.map(() => 1),
    ]);
    const wide = arranged(right, [...batch, ...columns]).reshape([
      ...leftSizes(batch),
      ...rows.map(() => 1),
      ...rightSizes(columns),
    ]);
    return { labels, values: tall.mul(wide) };
  }
  const [k, m, n] = [sizeOf(leftSizes(inner)), sizeOf(leftSizes(rows)), sizeOf(rightSizes(columns))];
  const matrices = arranged(left, [...batch, ...rows, ...inner]).reshape([...leftSizes(batch), m, k]);
  const others = arranged(right, [...batch, ...inner, ...columns]).reshape([...leftSizes(batch), k, n]);
  return { labels, values: matmul(matrices, others).reshape(shape) };
}

function sizesOf({ labels, values }: Named): (wanted: readonly Label[]) => number[] {
  return (wanted) => wanted.map((label) => values.shape[labels.indexOf(label)]);
}

/** Without the axes that nobody needs. */
function summed({ labels, values }: Named, needed: ReadonlySet<Label>): Named {
  const axes = labels.map((_, axis) => axis).filter((axis) => !needed.has(labels[axis]));
  return { labels: labels.filter((label) => needed.has(label)), values: values.sum(axes) };
}

/** With the axes in this order. */
function arranged({ labels, values }: Named, wanted: readonly Label[]): Tensor {
  const order = wanted.map((label) => labels.indexOf(label));
  return order.every((from, to) => from === to) ? values.alias() : values.permute(order);
}
