/** The ops as methods of `Tensor`, added from here so that the handle in `tensor.ts` need not know them. */
import type { DType } from './dtype.js';
import { compare } from './ops/compare.js';
import { type ComposedMethods, composedMethods } from './ops/composed/methods.js';
import * as elementwise from './ops/elementwise.js';
import * as fused from './ops/fused.js';
import * as indexing from './ops/indexing.js';
import { type MatmulOptions, matmul } from './ops/matmul.js';
import * as movement from './ops/movement.js';
import * as reduce from './ops/reduce.js';
import type { Sorted, SortOptions, TopkOptions } from './ops/sort.js';
import * as order from './ops/sort.js';
import type { Shape } from './shape.js';
import { type Numeric, Tensor } from './tensor.js';

type Axes = number | readonly number[];

/** The ops that chain; each is the function of the same name in `ops/`, with this tensor as its first argument. */
export interface TensorMethods extends ComposedMethods {
  // Elementwise, with broadcasting.
  /** this + other */
  add(other: Numeric): Tensor;
  /** this − other */
  sub(other: Numeric): Tensor;
  /** this · other, elementwise. */
  mul(other: Numeric): Tensor;
  /** this / other */
  div(other: Numeric): Tensor;
  /** this ** exponent, elementwise. */
  pow(exponent: Numeric): Tensor;
  /** this − ⌊this / other⌋·other, with the sign of `other`. */
  remainder(other: Numeric): Tensor;
  /** The larger of the two, elementwise. */
  maximum(other: Numeric): Tensor;
  /** The smaller of the two, elementwise. */
  minimum(other: Numeric): Tensor;
  /** At least `min` and at most `max`, of which one may be left out. */
  clamp(min?: number, max?: number): Tensor;
  /** −x */
  neg(): Tensor;
  /** |x| */
  abs(): Tensor;
  /** −1, 0 or 1. */
  sign(): Tensor;
  /** The largest whole number that is not above. */
  floor(): Tensor;
  /** The smallest whole number that is not below. */
  ceil(): Tensor;
  /** The nearest whole number, of two the even one. */
  round(): Tensor;
  /** Without the fraction. */
  trunc(): Tensor;
  /** eˣ */
  exp(): Tensor;
  /** eˣ − 1 */
  expm1(): Tensor;
  /** Natural logarithm. */
  log(): Tensor;
  /** log(1 + x) */
  log1p(): Tensor;
  /** √x */
  sqrt(): Tensor;
  /** 1 / x */
  reciprocal(): Tensor;
  /** x² */
  square(): Tensor;
  /** The sine of x radians. */
  sin(): Tensor;
  /** The cosine of x radians. */
  cos(): Tensor;
  /** The angle in radians whose tangent is x. */
  atan(): Tensor;
  /** The hyperbolic tangent. */
  tanh(): Tensor;
  /** 1 / (1 + e⁻ˣ) */
  sigmoid(): Tensor;
  /** log(1 + eˣ) */
  softplus(): Tensor;
  /** max(x, 0) */
  relu(): Tensor;
  /** 2/√π ∫₀ˣ e^−t² dt */
  erf(): Tensor;
  /** scale·x + shift with two plain numbers. */
  affine(scale: number, shift: number): Tensor;
  /** The same values as `dtype`; a float loses its fraction as an integer. */
  cast(dtype: DType): Tensor;

  // Comparisons: int32 tensors of 0 and 1.
  /** 1 where equal, else 0. */
  eq(other: Numeric): Tensor;
  /** 1 where different, else 0. */
  ne(other: Numeric): Tensor;
  /** 1 where smaller, else 0. */
  lt(other: Numeric): Tensor;
  /** 1 where smaller or equal, else 0. */
  le(other: Numeric): Tensor;
  /** 1 where larger, else 0. */
  gt(other: Numeric): Tensor;
  /** 1 where larger or equal, else 0. */
  ge(other: Numeric): Tensor;

  // Reductions over `axes` (default all); `keepDims` leaves axes of size 1 behind.
  /** The sum. */
  sum(axes?: Axes, keepDims?: boolean): Tensor;
  /** The mean; of nothing NaN. */
  mean(axes?: Axes, keepDims?: boolean): Tensor;
  /**
   * The largest.
   * @throws ShapeError over an empty axis.
   */
  max(axes?: Axes, keepDims?: boolean): Tensor;
  /** Index of the first largest element along `axis`. */
  argmax(axis?: number): Tensor;
  /** Running sums along `axis`, with `reverse` from its end. */
  cumsum(axis: number, reverse?: boolean): Tensor;

  // Order along `axis` (default the last); NaN is the largest.
  /** Where the elements stand in order: int32. */
  argsort(axis?: number, options?: SortOptions): Tensor;
  /** The elements in order, and where they stood. */
  sort(axis?: number, options?: SortOptions): Sorted;
  /** The `k` largest, or with `largest: false` smallest, and where they stood. */
  topk(k: number, axis?: number, options?: TopkOptions): Sorted;

  /** Batched matrix product over the last two axes; `matmul(a, b, { transposeB: true })` reads b transposed. */
  matmul(other: Tensor, options?: MatmulOptions): Tensor;

  // Movement.
  /** The same elements seen as `shape`, one of whose sizes may be −1. Shares the buffer. */
  reshape(shape: Shape): Tensor;
  /** Axis i of the result is axis `axes[i]` of this. */
  permute(axes: readonly number[]): Tensor;
  /** Exchanges two axes, by default the last two. */
  transpose(a?: number, b?: number): Tensor;
  /** Elements from `start` (inclusive) to `stop` (exclusive) along `axis`; negative bounds count from the end. */
  slice(axis: number, start: number, stop?: number): Tensor;
  /** Equal parts along `axis`. */
  split(parts: number, axis?: number): Tensor[];
  /** `before[i]` and `after[i]` elements of `value` added at the ends of axis i. */
  pad(before: readonly number[], after: readonly number[], value?: number): Tensor;
  /** Repeated along missing axes and those of size 1. */
  broadcastTo(shape: Shape): Tensor;
  /** Rows of this [R, D] at int32 `indices`: [...indices, D]. */
  gather(indices: Tensor): Tensor;
  /** The elements along `axis` (default the last) that int32 `indices` name. */
  takeAlongAxis(indices: Tensor, axis?: number): Tensor;

  // Fused, along the last axis.
  /** x / ‖x‖₂ along `axis`. */
  unit(axis?: number): Tensor;
  /** eˣ / Σeˣ */
  softmax(axis?: number): Tensor;
  /** log softmax(x), without its underflow. */
  logSoftmax(axis?: number): Tensor;
}

declare module './tensor.js' {
  interface Tensor extends TensorMethods {}
}

/** One for each that is declared; the compiler refuses the list when one is missing. */
const methods: TensorMethods & ThisType<Tensor> = {
  ...composedMethods,
  add(other) {
    return elementwise.add(this, other);
  },
  sub(other) {
    return elementwise.sub(this, other);
  },
  mul(other) {
    return elementwise.mul(this, other);
  },
  div(other) {
    return elementwise.div(this, other);
  },
  pow(exponent) {
    return elementwise.pow(this, exponent);
  },
  remainder(other) {
    return elementwise.remainder(this, other);
  },
  maximum(other) {
    return elementwise.maximum(this, other);
  },
  minimum(other) {
    return elementwise.minimum(this, other);
  },
  clamp(min, max) {
    return elementwise.clamp(this, min, max);
  },
  neg() {
    return elementwise.neg(this);
  },
  abs() {
    return elementwise.abs(this);
  },
  sign() {
    return elementwise.sign(this);
  },
  floor() {
    return elementwise.floor(this);
  },
  ceil() {
    return elementwise.ceil(this);
  },
  round() {
    return elementwise.round(this);
  },
  trunc() {
    return elementwise.trunc(this);
  },
  exp() {
    return elementwise.exp(this);
  },
  expm1() {
    return elementwise.expm1(this);
  },
  log() {
    return elementwise.log(this);
  },
  log1p() {
    return elementwise.log1p(this);
  },
  sqrt() {
    return elementwise.sqrt(this);
  },
  reciprocal() {
    return elementwise.reciprocal(this);
  },
  square() {
    return elementwise.square(this);
  },
  sin() {
    return elementwise.sin(this);
  },
  cos() {
    return elementwise.cos(this);
  },
  atan() {
    return elementwise.atan(this);
  },
  tanh() {
    return elementwise.tanh(this);
  },
  sigmoid() {
    return elementwise.sigmoid(this);
  },
  softplus() {
    return elementwise.softplus(this);
  },
  relu() {
    return elementwise.relu(this);
  },
  erf() {
    return elementwise.erf(this);
  },
  affine(scale, shift) {
    return elementwise.affine(this, scale, shift);
  },
  cast(dtype) {
    return elementwise.cast(this, dtype);
  },
  eq(other) {
    return compare('eq', this, other);
  },
  ne(other) {
    return compare('ne', this, other);
  },
  lt(other) {
    return compare('lt', this, other);
  },
  le(other) {
    return compare('le', this, other);
  },
  gt(other) {
    return compare('gt', this, other);
  },
  ge(other) {
    return compare('ge', this, other);
  },
  sum(axes, keepDims = false) {
    return reduce.sum(this, axes, keepDims);
  },
  mean(axes, keepDims = false) {
    return reduce.mean(this, axes, keepDims);
  },
  max(axes, keepDims = false) {
    return reduce.max(this, axes, keepDims);
  },
  argmax(axis = -1) {
    return reduce.argmax(this, axis);
  },
  cumsum(axis, reverse = false) {
    return reduce.cumsum(this, axis, reverse);
  },
  argsort(axis, options) {
    return order.argsort(this, axis, options);
  },
  sort(axis, options) {
    return order.sort(this, axis, options);
  },
  topk(k, axis, options) {
    return order.topk(this, k, axis, options);
  },
  matmul(other, options) {
    return matmul(this, other, options);
  },
  reshape(shape) {
    return movement.reshape(this, shape);
  },
  permute(axes) {
    return movement.permute(this, axes);
  },
  transpose(a = -2, b = -1) {
    return movement.transpose(this, a, b);
  },
  slice(axis, start, stop) {
    return movement.slice(this, axis, start, stop);
  },
  split(parts, axis = -1) {
    return movement.split(this, parts, axis);
  },
  pad(before, after, value = 0) {
    return movement.pad(this, before, after, value);
  },
  broadcastTo(shape) {
    return movement.broadcastTo(this, shape);
  },
  gather(indices) {
    return indexing.gather(this, indices);
  },
  takeAlongAxis(indices, axis) {
    return indexing.takeAlongAxis(this, indices, axis);
  },
  unit(axis = -1) {
    return fused.unit(this, axis);
  },
  softmax(axis) {
    return fused.softmax(this, axis);
  },
  logSoftmax(axis) {
    return fused.logSoftmax(this, axis);
  },
};

for (const [name, value] of Object.entries(methods)) {
  // As methods of a class are: writable and not enumerable.
  Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}
