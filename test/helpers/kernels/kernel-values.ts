/** What a case of a kernel is, and the values that cases are made of. */
import { type Shape, sizeOf, type Tensor } from '../../../src/index.js';
import type { Draw } from '../values/draw.js';
import { ofLargest, type Tolerance, ulps } from '../values/tolerance.js';

export interface Values {
  readonly values: Float64Array | Int32Array;
  readonly shape: Shape;
}

export interface KernelCase {
  readonly inputs: readonly Values[];
  readonly f: (...xs: Tensor[]) => Tensor[];
  readonly tolerance: Tolerance;
}

export type Maker = (draw: Draw) => KernelCase;

/** What the wasm backend promises for its vector maths. */
export const FOUR_ULPS = ulps(4);
/** A few rounding errors of 6e-8 for each of a few dozen terms, which are of about 1 or of `size`. */
export const sumOf = (size: number): Tolerance => ofLargest(4e-6, size);
export const SUM = sumOf(1);
/** Row ops lose a few rounding errors relative to their largest result; their sums run in double or in lanes. */
export const ROWS = ofLargest(2e-6);
/** Derivatives: products of two such results, less what is normal to the sphere or common to a row. */
export const TWICE = ofLargest(1e-5, 1);

export const float = (values: Float64Array, shape: Shape): Values => ({
  values: values.map(Math.fround),
  shape,
});
export const edgy = (draw: Draw, shape: Shape): Values => float(draw.edgy(shape), shape);
export const normal = (draw: Draw, shape: Shape): Values => float(draw.numbers(shape), shape);
export const integers = (draw: Draw, shape: Shape, limit: number, min = 0): Values => ({
  values: draw.integers(shape, limit, min),
  shape,
});
/** Either dtype, for kernels that take any. */
export const any = (draw: Draw, shape: Shape): Values =>
  draw.pick(true, false) ? edgy(draw, shape) : integers(draw, shape, 100, -100);

export const last = (draw: Draw, size: number): number[] => [...draw.wideShape(2), size];
/** The size of a row: up to 40, and now and then more than is summed in one go. */
export const rowSize = (draw: Draw, min = 0): number =>
  draw.integer(0, 7) === 0 ? draw.integer(250, 700) : draw.length(min);

/** Rows of a size, now and then one of zeros; few of them if they are long. */
export const rows = (draw: Draw, size: number): Values => {
  const shape = size > 100 ? [draw.integer(1, 3), size] : last(draw, size);
  const { values } = normal(draw, shape);
  if (sizeOf(shape) > 0 && draw.pick(true, false)) values.fill(0, 0, size);
  return { values, shape };
};
export const like = (draw: Draw, { shape }: Values): Values => normal(draw, shape);
