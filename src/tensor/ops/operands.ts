/** What ops of several operands ask of them. */
import { requireNumeric, requireTensor } from '../checks/values.js';
import { DTypeError } from '../errors.js';
import { scope } from '../scope.js';
import type { Numeric, Tensor } from '../tensor.js';
import { scalarLike } from './fill.js';

/** `op` with a tensor in place of a plain number; the tensor does not outlive it. */
export function withNumber(
  name: string,
  like: Tensor,
  value: Numeric,
  op: (other: Tensor) => Tensor,
): Tensor {
  requireTensor(name, 'its first operand', like);
  requireNumeric(name, value);
  return typeof value === 'number' ? scope(() => op(scalarLike(value, like))) : op(value);
}

/** @throws DTypeError unless both have the same dtype. */
export function requireSameDType(op: string, a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype) throw new DTypeError(`${op}: dtypes differ: ${a.dtype} and ${b.dtype}`);
}
