/** The order of elements along an axis. NaN is the largest, as in PyTorch; equal elements stay in their order. */

import { type OptionNames, requireKnown } from '../checks/options.js';
import { requireFlag, requireNumber, requireTensor } from '../checks/values.js';
import { wrap } from '../dispatch.js';
import { ShapeError } from '../errors.js';
import { formatShape, normalizeAxis } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { takeAlongAxis } from './indexing.js';
import { slice } from './movement.js';

/** In which order. */
export interface SortOptions {
  /** Largest first; default false. */
  readonly descending?: boolean;
}

/** Which end of the order. */
export interface TopkOptions {
  /** The largest (default), or with false the smallest. */
  readonly largest?: boolean;
}

const SORT_OPTIONS: OptionNames<SortOptions> = { descending: true };
const TOPK_OPTIONS: OptionNames<TopkOptions> = { largest: true };

/** Elements in order, and where they stood: int32, of the same shape. */
export interface Sorted {
  readonly values: Tensor;
  readonly indices: Tensor;
}

/**
 * Where the elements of x, of any shape and dtype, stand in order along `axis` (default the last): int32, of the shape of
 * x. NaN comes last, `descending` first. On the gpu backend the time grows with the square of the length.
 * @throws ShapeError for an axis that x lacks.
 * @example argsort(tensor([3, 1, 2])) // [1, 2, 0]
 */
export function argsort(x: Tensor, axis = -1, options: SortOptions = {}): Tensor {
  return places('argsort', x, axis, options);
}

/** The same, in the name of what the user called. */
function places(op: string, x: Tensor, axis: number, options: SortOptions): Tensor {
  requireTensor(op, 'its input', x);
  requireKnown(op, options, SORT_OPTIONS);
  const { descending = false } = options;
  requireFlag(op, 'descending', descending);
  const along = normalizeAxis(op, axis, x.rank);
  return wrap(x.backend, x.backend.kernels.argsort(x, along, descending), x.shape);
}

/**
 * The elements of x in order along `axis` (default the last), and where they stood, as `argsort` says. Gradients go back to
 * where the values came from.
 * @throws ShapeError for an axis that x lacks.
 * @example sort(tensor([3, 1, 2])).values // [1, 2, 3]
 */
export function sort(x: Tensor, axis = -1, options: SortOptions = {}): Sorted {
  const indices = places('sort', x, axis, options);
  return { values: takeAlongAxis(x, indices, axis), indices };
}

/**
 * The `k` largest elements along `axis` (default the last), largest first, and where they stood; the smallest, smallest
 * first, where `largest` is false. NaN counts as the largest.
 * @throws ShapeError for an axis that x lacks, or unless k is a whole number from 0 to its length.
 * @example topk(tensor([3, 1, 2]), 2).values // [3, 2]
 */
export function topk(x: Tensor, k: number, axis = -1, options: TopkOptions = {}): Sorted {
  requireTensor('topk', 'its input', x);
  requireNumber('topk', 'k', k);
  requireKnown('topk', options, TOPK_OPTIONS);
  const { largest = true } = options;
  requireFlag('topk', 'largest', largest);
  const along = normalizeAxis('topk', axis, x.rank);
  const length = x.shape[along];
  if (!Number.isInteger(k) || k < 0 || k > length) {
    throw new ShapeError(
      `topk: k must be a whole number from 0 to ${length}, the length of axis ${along} of ${formatShape(x.shape)}, got ${k}`,
    );
  }
  const order = argsort(x, along, { descending: largest });
  const indices = slice(order, along, 0, k);
  order.dispose();
  return { values: takeAlongAxis(x, indices, along), indices };
}
