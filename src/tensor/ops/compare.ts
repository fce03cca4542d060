/** Comparisons, and the choice between two values by one. */
import type { CompareOp } from '../backend.js';
import { requireIntegers, requireOneOf, requireTensor } from '../checks/values.js';
import { apply, requireSameBackend, wrap } from '../dispatch.js';
import { INT32_MAX, INT32_MIN } from '../dtype.js';
import { broadcastShapes } from '../shape.js';
import type { Numeric, Tensor } from '../tensor.js';
import { fill } from './fill.js';
import { requireSameDType, withNumber } from './operands.js';

const COMPARE_OPS: readonly CompareOp[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];

/**
 * An int32 tensor of 0 and 1; nothing flows back through it. Integers meet a plain number as it is, whether int32 can hold
 * it or not: `tensor(Int32Array.of(0, 1)).lt(0.5)` is [1, 0].
 * @example compare('gt', tensor([1, 5]), 3) // [0, 1]
 */
export function compare(op: CompareOp, a: Tensor, b: Numeric): Tensor {
  requireOneOf('compare: the op', op, COMPARE_OPS);
  requireTensor(op, 'a', a);
  if (typeof b === 'number' && a.dtype === 'int32') return compareIntegers(op, a, b);
  return withNumber(op, a, b, (other) => {
    requireSameBackend(op, [a, other]);
    requireSameDType(op, a, other);
    const shape = broadcastShapes(op, a.shape, other.shape);
    return wrap(a.backend, a.backend.kernels.compare(op, a, other, shape), shape);
  });
}

/** x < 0.5 is x < 1; of a number that no integer is like there is one answer for all x. */
function compareIntegers(op: CompareOp, x: Tensor, value: number): Tensor {
  const bound = op === 'lt' || op === 'ge' ? Math.ceil(value) : Math.floor(value);
  const answer = answerForAll(op, value, bound);
  if (answer !== null) return fill(x.backend, x.shape, Number(answer), 'int32');
  return withNumber(op, x, bound, (other) => compare(op, x, other));
}

/** Whether every int32 compares so with `value`, or its neighbour `bound`; null where some do and some do not. */
function answerForAll(op: CompareOp, value: number, bound: number): boolean | null {
  const isInRange = bound >= INT32_MIN && bound <= INT32_MAX;
  if (op === 'eq' || op === 'ne') return isInRange && bound === value ? null : op === 'ne';
  if (isInRange) return null;
  return bound > 0 ? op === 'lt' || op === 'le' : bound < 0 && (op === 'gt' || op === 'ge');
}

/**
 * a where `condition` (int32) is not 0, else b; all three broadcast.
 * @example where(tensor(Int32Array.of(1, 0)), tensor([1, 2]), tensor([10, 20])) // [1, 20]
 */
export function where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  requireTensor('where', 'a', a);
  requireTensor('where', 'b', b);
  requireIntegers('where', 'the condition', condition);
  requireSameDType('where', a, b);
  const shape = broadcastShapes('where', broadcastShapes('where', a.shape, b.shape), condition.shape);
  return apply('where', [condition, a, b], {}, () =>
    wrap(a.backend, a.backend.kernels.where(condition, a, b, shape), shape),
  );
}
