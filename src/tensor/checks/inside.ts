/** The check of indices in a tensor. */
import { INT32_MAX, INT32_MIN } from '../dtype.js';
import { DataError } from '../errors.js';
import { formatShape, stridesOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { requireNumber, requireWhole } from './values.js';

/** What indices may be. */
export interface Inside {
  /** They lie in [0, limit) … */
  readonly limit: number;
  /** … which are these, as `rows`. */
  readonly of: string;
  /** The one beside them that is none of these. */
  readonly ignoreIndex?: number;
}

/**
 * On a backend that can look at them without waiting; where it cannot, the ops say what such an index does.
 * @throws DataError for the first of int32 `indices` that is not what it may be.
 */
export function requireInside(op: string, what: string, indices: Tensor, inside: Inside): void {
  const at = indices.backend.firstOutside?.(indices, inside.limit, inside.ignoreIndex ?? null) ?? -1;
  if (at >= 0) throw outside(op, what, indices, inside, at);
}

function outside(op: string, what: string, indices: Tensor, inside: Inside, at: number): DataError {
  const { limit, of, ignoreIndex } = inside;
  const { shape, rank } = indices;
  const other = ignoreIndex === undefined ? '' : ` or the ignoreIndex ${ignoreIndex}`;
  const index = stridesOf(shape).map((stride, axis) => Math.floor(at / stride) % shape[axis]);
  const place = rank === 0 ? '' : ` at ${formatShape(index)}`;
  return new DataError(
    `${op}: ${what} must be ${of} in [0, ${limit})${other}, got ${indices.dataSync()[at]}${place}`,
  );
}

/** @throws ArgumentError unless `value` is a number, ConfigError unless one that a target may be. */
export function requireIgnoreIndex(op: string, value: unknown): asserts value is number {
  requireNumber(op, 'ignoreIndex', value);
  requireWhole('ignoreIndex', value, INT32_MIN, { most: INT32_MAX });
}
