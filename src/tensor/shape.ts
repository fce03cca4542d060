/**
 * Arithmetic of shapes: sizes, strides, axes, and how two shapes broadcast to one.
 * Explained in docs/learn/04-rules.md.
 */
import { described, shown } from './checks/describe.js';
import { ArgumentError, ShapeError } from './errors.js';

/** Sizes of the axes, outermost first; `[]` is a scalar. Any size may be 0. */
export type Shape = readonly number[];

/** One axis or several; negative ones count from the last, and undefined means all. */
export type Axes = number | readonly number[] | undefined;

/** The number of elements: the product of the sizes, 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  if (!Array.isArray(shape)) throw notShape('sizeOf', shape);
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) {
    const length: unknown = shape[axis];
    if (typeof length !== 'number') throw notSize('sizeOf', length);
    size *= length;
  }
  return size;
}

function notShape(op: string, given: unknown): ArgumentError {
  return new ArgumentError(
    `${shown(op)}: a shape is a list of sizes such as [2, 3], got ${described(given)}`,
  );
}

function notSize(op: string, given: unknown): ArgumentError {
  return new ArgumentError(`${op}: a size is a number, got ${described(given)}`);
}

/**
 * A shape as errors and printed tensors write it.
 * @example formatShape([2, 3]) // '[2, 3]'
 */
export function formatShape(shape: Shape): string {
  if (!Array.isArray(shape)) throw notShape('formatShape', shape);
  return `[${Array.from(shape, shown).join(', ')}]`;
}

/**
 * True where both have the same sizes in the same order.
 * @example sameShape([2, 3], [3, 2]) // false
 */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (!Array.isArray(a)) throw notShape('sameShape', a);
  if (!Array.isArray(b)) throw notShape('sameShape', b);
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** More elements than any backend has addresses for. */
const MOST_ELEMENTS = 2 ** 32;

/** @throws ShapeError unless every size is a whole number of at least 0, and there are not too many; ArgumentError for no list. */
export function checkShape(op: string, shape: Shape): void {
  if (!Array.isArray(shape)) throw notShape(op, shape);
  let size = 1;
  for (const length of shape) {
    if (!Number.isInteger(length) || length < 0) {
      throw new ShapeError(`${op}: sizes must be whole numbers of at least 0, got ${formatShape(shape)}`);
    }
    size *= length;
  }
  if (size > MOST_ELEMENTS) throw new ShapeError(`${op}: ${formatShape(shape)} has too many elements`);
}

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/**
 * The strides with which `shape` is read as if it were `target`: 0 along every broadcast axis.
 * `shape` must broadcast to `target`.
 */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const own = stridesOf(shape);
  const offset = target.length - shape.length;
  return target.map((_, axis) => {
    const from = axis - offset;
    return from < 0 || shape[from] === 1 ? 0 : own[from];
  });
}

/**
 * The common shape of `a` and `b` under the usual rule: align at the last axis; sizes must be equal or 1.
 * @throws ShapeError naming `op` and both shapes.
 * @example broadcastShapes('add', [2, 1], [3]) // [2, 3]
 */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) {
    if (!Array.isArray(a)) throw notShape(op, a);
    return a;
  }
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  const shape = [...long];
  const offset = long.length - short.length;
  for (let axis = 0; axis < short.length; axis++) {
    const length = short[axis];
    const other = long[axis + offset];
    if (length === other || length === 1) continue;
    if (other !== 1) {
      throw new ShapeError(`${shown(op)}: shapes do not broadcast: ${formatShape(a)} and ${formatShape(b)}`);
    }
    shape[axis + offset] = length;
  }
  return shape;
}

/** True when a tensor of `shape` can be read as `target` by repeating axes of size 1. */
export function broadcastsTo(shape: Shape, target: Shape): boolean {
  const offset = target.length - shape.length;
  return offset >= 0 && shape.every((length, axis) => length === 1 || length === target[axis + offset]);
}

/** `axis` counted from the front; negative axes count from the back. */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  if (typeof axis !== 'number') throw new ArgumentError(`${op}: an axis is a number, got ${described(axis)}`);
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || positive < 0 || positive >= rank) {
    throw new ShapeError(`${op}: axis ${axis} is out of range for a tensor of rank ${rank}`);
  }
  return positive;
}

/** Sorted, positive, distinct axes; `undefined` means all of them. */
export function normalizeAxes(op: string, axes: Axes, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  if (typeof axes === 'number') return [normalizeAxis(op, axes, rank)];
  if (!Array.isArray(axes)) {
    throw new ArgumentError(`${op}: axes are a number or a list of them, got ${described(axes)}`);
  }
  const positive = axes.map((axis) => normalizeAxis(op, axis, rank)).sort((a, b) => a - b);
  if (positive.some((axis, i) => i > 0 && axis === positive[i - 1])) {
    throw new ShapeError(`${op}: axes must be distinct, got ${formatShape(axes)}`);
  }
  return positive;
}

/** @throws ShapeError if one of `axes` is empty: it has no `which` element, such as the largest. */
export function requireNonEmpty(op: string, which: string, shape: Shape, axes: readonly number[]): void {
  if (axes.some((axis) => shape[axis] === 0)) {
    throw new ShapeError(`${op}: an empty axis of ${formatShape(shape)} has no ${which} element`);
  }
}

/** The shape left after reducing `axes` (sorted, positive): without them, or with size 1 in their place. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  if (keepDims) return shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** `shape` with one -1 replaced by whatever makes it hold `size` elements. */
export function inferShape(op: string, shape: Shape, size: number): Shape {
  if (!Array.isArray(shape)) checkShape(op, shape);
  const unknown = shape.indexOf(-1);
  if (unknown < 0) {
    checkShape(op, shape);
    if (sizeOf(shape) !== size) {
      throw new ShapeError(`${op}: ${size} elements do not fill ${formatShape(shape)}`);
    }
    return shape;
  }
  if (shape.indexOf(-1, unknown + 1) >= 0) {
    throw new ShapeError(`${op}: only one size can be inferred, got ${formatShape(shape)}`);
  }
  const rest = shape.filter((_, axis) => axis !== unknown);
  checkShape(op, rest);
  const known = sizeOf(rest);
  if (known === 0 || size % known !== 0) {
    throw new ShapeError(`${op}: cannot infer -1 in ${formatShape(shape)} from ${size} elements`);
  }
  return shape.map((length) => (length === -1 ? size / known : length));
}

/** The permutation that takes `order` back. */
export function inverseOrder(order: readonly number[]): number[] {
  const inverse = new Array<number>(order.length);
  order.forEach((from, to) => {
    inverse[from] = to;
  });
  return inverse;
}
