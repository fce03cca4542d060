/** The composed ops as methods of `Tensor`; `methods.ts` of the tensor layer adds them. */
import type { Axes } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { clamp } from '../elementwise.js';
import type { GeluOptions } from './activations.js';
import * as composed from './index.js';
import type { VarianceOptions } from './statistics.js';

/** Each is the function of the same name in `ops/composed`, with this tensor as its first argument. */
export interface ComposedMethods {
  // Elementwise.
  /** The same as `clamp`: at least `min` and at most `max`, of which one may be left out. */
  clip(min?: number, max?: number): Tensor;
  /** x, or negativeSlope · x where it is negative. */
  leakyRelu(negativeSlope?: number): Tensor;
  /** x, or alpha · (eˣ − 1) where it is negative. */
  elu(alpha?: number): Tensor;
  /** Between `min` and `max`, with slope 0 at the bounds. */
  hardtanh(min?: number, max?: number): Tensor;
  /** x · sigmoid(x) */
  silu(): Tensor;
  /** x · Φ(x) */
  gelu(options?: GeluOptions): Tensor;
  /** log sigmoid(x) */
  logSigmoid(): Tensor;
  /** `value` wherever `mask` (int32, broadcast to this) is not 0. */
  maskedFill(mask: Tensor, value: number): Tensor;

  // Questions: int32 tensors of 0 and 1.
  /** 1 where NaN, else 0. */
  isnan(): Tensor;
  /** 1 where neither NaN nor infinite, else 0. */
  isfinite(): Tensor;
  /** 1 where ∞ or −∞, else 0. */
  isinf(): Tensor;
  /** Is any element over `axes` (default all) not 0? */
  any(axes?: Axes, keepDims?: boolean): Tensor;
  /** Are all elements over `axes` (default all) not 0? */
  all(axes?: Axes, keepDims?: boolean): Tensor;

  // Reductions over `axes` (default all); `keepDims` leaves axes of size 1 behind.
  /**
   * The smallest.
   * @throws ShapeError over an empty axis.
   */
  min(axes?: Axes, keepDims?: boolean): Tensor;
  /** Index of the first smallest element along `axis`. */
  argmin(axis?: number): Tensor;
  /** The product. */
  prod(axes?: Axes, keepDims?: boolean): Tensor;
  /** log Σ eˣ */
  logsumexp(axes?: Axes, keepDims?: boolean): Tensor;
  /** The variance, divided by n − 1, or with `{ correction: 0 }` by n. A boolean is `keepDims`. */
  var(axes?: Axes, options?: VarianceOptions | boolean): Tensor;
  /** √variance, with the same options. */
  std(axes?: Axes, options?: VarianceOptions | boolean): Tensor;
  /** (Σ|x|ᵖ)^(1/p) for p = `order`, default 2. */
  norm(order?: number, axes?: Axes, keepDims?: boolean): Tensor;

  // Movement.
  /** Without those of `axes` (default all) that have size 1. */
  squeeze(axes?: Axes): Tensor;
  /** With a new axis of size 1 at place `axis`. */
  unsqueeze(axis: number): Tensor;
  /** The axes from `startAxis` to `endAxis`, both included, made one. */
  flatten(startAxis?: number, endAxis?: number): Tensor;
  /** Repeated as a whole, `repeats[i]` times along axis i. */
  tile(repeats: number | readonly number[]): Tensor;
  /** Each element `repeats` times in a row. */
  repeatInterleave(repeats: number, axis?: number): Tensor;
  /** In reverse order along `axes` (default all). */
  flip(axes?: Axes): Tensor;
  /** Moved on by `shift` places, the last ones back to the start. */
  roll(shift: number, axis?: number): Tensor;

  // Matrices.
  /** The lower triangle, zeros above. */
  tril(diagonal?: number): Tensor;
  /** The upper triangle, zeros below. */
  triu(diagonal?: number): Tensor;
  /** A vector as a diagonal, or a diagonal as a vector. */
  diag(offset?: number): Tensor;
  /** The diagonal of two axes as a new last one. */
  diagonal(offset?: number, firstAxis?: number, secondAxis?: number): Tensor;
  /** Σ aᵢ bᵢ of two vectors. */
  dot(other: Tensor): Tensor;
  /** All products aᵢ bⱼ of two vectors. */
  outer(other: Tensor): Tensor;
}

/** One for each that is declared; the compiler refuses the list when one is missing. */
export const composedMethods: ComposedMethods & ThisType<Tensor> = {
  clip(min, max) {
    return clamp(this, min, max);
  },
  leakyRelu(negativeSlope) {
    return composed.leakyRelu(this, negativeSlope);
  },
  elu(alpha) {
    return composed.elu(this, alpha);
  },
  hardtanh(min, max) {
    return composed.hardtanh(this, min, max);
  },
  silu() {
    return composed.silu(this);
  },
  gelu(options) {
    return composed.gelu(this, options);
  },
  logSigmoid() {
    return composed.logSigmoid(this);
  },
  maskedFill(mask, value) {
    return composed.maskedFill(this, mask, value);
  },
  isnan() {
    return composed.isnan(this);
  },
  isfinite() {
    return composed.isfinite(this);
  },
  isinf() {
    return composed.isinf(this);
  },
  any(axes, keepDims) {
    return composed.any(this, axes, keepDims);
  },
  all(axes, keepDims) {
    return composed.all(this, axes, keepDims);
  },
  min(axes, keepDims) {
    return composed.min(this, axes, keepDims);
  },
  argmin(axis) {
    return composed.argmin(this, axis);
  },
  prod(axes, keepDims) {
    return composed.prod(this, axes, keepDims);
  },
  logsumexp(axes, keepDims) {
    return composed.logsumexp(this, axes, keepDims);
  },
  var(axes, options) {
    return composed.variance(this, axes, options);
  },
  std(axes, options) {
    return composed.std(this, axes, options);
  },
  norm(order, axes, keepDims) {
    return composed.norm(this, order, axes, keepDims);
  },
  squeeze(axes) {
    return composed.squeeze(this, axes);
  },
  unsqueeze(axis) {
    return composed.unsqueeze(this, axis);
  },
  flatten(startAxis, endAxis) {
    return composed.flatten(this, startAxis, endAxis);
  },
  tile(repeats) {
    return composed.tile(this, repeats);
  },
  repeatInterleave(repeats, axis) {
    return composed.repeatInterleave(this, repeats, axis);
  },
  flip(axes) {
    return composed.flip(this, axes);
  },
  roll(shift, axis) {
    return composed.roll(this, shift, axis);
  },
  tril(diagonal) {
    return composed.tril(this, diagonal);
  },
  triu(diagonal) {
    return composed.triu(this, diagonal);
  },
  diag(offset) {
    return composed.diag(this, offset);
  },
  diagonal(offset, firstAxis, secondAxis) {
    return composed.diagonal(this, offset, firstAxis, secondAxis);
  },
  dot(other) {
    return composed.dot(this, other);
  },
  outer(other) {
    return composed.outer(this, other);
  },
};
