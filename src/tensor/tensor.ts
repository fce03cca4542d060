import type { Backend, Buffer, Operand } from './backend.js';
import type { DType, TypedArray } from './dtype.js';
import { BackendError, LifetimeError, ShapeError } from './errors.js';
import * as elementwise from './ops/elementwise.js';
import * as fused from './ops/fused.js';
import * as indexing from './ops/indexing.js';
import { matmul } from './ops/matmul.js';
import * as movement from './ops/movement.js';
import * as reduce from './ops/reduce.js';
import { track } from './scope.js';
import { formatShape, type Shape, sizeOf } from './shape.js';
import { Storage } from './storage.js';
import type { Trace } from './trace.js';

type Axes = number | readonly number[];

/** A number, or a tensor that broadcasts. */
export type Numeric = Tensor | number;

/**
 * An immutable, contiguous, row-major array: a shape and a dtype over a buffer on one backend. `reshape`
 * shares the buffer, every other op makes a new one. Ops return at once; on asynchronous devices the buffer
 * may still be pending, and only `data()` waits for it.
 */
export class Tensor implements Operand {
  /** Set by `keep`: no scope frees this tensor. */
  kept = false;
  /** A slot for the layer above: how this tensor came to be, as autograd sees it. The handle owns one reference. */
  trace: Trace | null = null;
  private storage: Storage | null;

  constructor(
    storage: Storage,
    readonly shape: Shape,
    tracked = true,
  ) {
    this.storage = storage;
    this.dtype = storage.buffer.dtype;
    this.backend = storage.backend;
    if (tracked) track(this);
  }

  readonly dtype: DType;
  readonly backend: Backend;

  /** Takes ownership of a fresh buffer. */
  static fromBuffer(backend: Backend, buffer: Buffer, shape: Shape): Tensor {
    return new Tensor(new Storage(backend, buffer), shape);
  }

  /** @throws LifetimeError after `dispose`. */
  get buffer(): Buffer {
    return this.live().buffer;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  get isDisposed(): boolean {
    return this.storage === null;
  }

  /** Counts the in-place changes of the buffer. */
  get version(): number {
    return this.live().version;
  }

  /** For the in-place ops: the buffer has new contents. */
  markChanged(): void {
    this.live().version++;
  }

  /** The storage with one more holder counted, for a new handle on it. */
  retainStorage(): Storage {
    return this.live().retain();
  }

  /** Another handle on the same buffer and history. The buffer is freed only when all handles are. */
  alias(): Tensor {
    const other = this.detach();
    other.trace = this.trace;
    other.trace?.retain();
    return other;
  }

  /** The same values, seen as `shape`, with no history: nothing flows back through it. */
  detach(shape: Shape = this.shape, tracked = true): Tensor {
    return new Tensor(this.retainStorage(), shape, tracked);
  }

  /** Lets go of the buffer; harmless when repeated. */
  dispose(): void {
    this.storage?.release();
    this.storage = null;
    this.trace?.release();
    this.trace = null;
  }

  /** The elements, row-major, as a fresh typed array; waits for the device. */
  data(): Promise<TypedArray> {
    return this.backend.read(this.buffer);
  }

  /** The same at once. @throws BackendError where the device cannot. */
  dataSync(): TypedArray {
    if (this.backend.readSync === undefined) {
      throw new BackendError(
        `dataSync: the ${this.backend.name} backend (${this.backend.mode}) is asynchronous; use await t.data()`,
      );
    }
    return this.backend.readSync(this.buffer);
  }

  /** The only element. @throws ShapeError unless the tensor has exactly one. */
  async item(): Promise<number> {
    this.requireSingle('item');
    return (await this.data())[0];
  }

  itemSync(): number {
    this.requireSingle('itemSync');
    return this.dataSync()[0];
  }

  toString(): string {
    return `Tensor(${formatShape(this.shape)}, ${this.dtype}, ${this.backend.name})`;
  }

  // Elementwise, with broadcasting.
  add(other: Numeric): Tensor {
    return elementwise.add(this, other);
  }
  sub(other: Numeric): Tensor {
    return elementwise.sub(this, other);
  }
  mul(other: Numeric): Tensor {
    return elementwise.mul(this, other);
  }
  div(other: Numeric): Tensor {
    return elementwise.div(this, other);
  }
  /** this ** exponent, elementwise. */
  pow(exponent: Numeric): Tensor {
    return elementwise.pow(this, exponent);
  }
  maximum(other: Numeric): Tensor {
    return elementwise.maximum(this, other);
  }
  minimum(other: Numeric): Tensor {
    return elementwise.minimum(this, other);
  }
  neg(): Tensor {
    return elementwise.neg(this);
  }
  abs(): Tensor {
    return elementwise.abs(this);
  }
  /** −1, 0 or 1. */
  sign(): Tensor {
    return elementwise.sign(this);
  }
  exp(): Tensor {
    return elementwise.exp(this);
  }
  /** Natural logarithm. */
  log(): Tensor {
    return elementwise.log(this);
  }
  sqrt(): Tensor {
    return elementwise.sqrt(this);
  }
  /** 1 / x */
  reciprocal(): Tensor {
    return elementwise.reciprocal(this);
  }
  square(): Tensor {
    return elementwise.square(this);
  }
  sin(): Tensor {
    return elementwise.sin(this);
  }
  cos(): Tensor {
    return elementwise.cos(this);
  }
  atan(): Tensor {
    return elementwise.atan(this);
  }
  tanh(): Tensor {
    return elementwise.tanh(this);
  }
  /** 1 / (1 + e⁻ˣ) */
  sigmoid(): Tensor {
    return elementwise.sigmoid(this);
  }
  /** x · sigmoid(x) */
  silu(): Tensor {
    return elementwise.silu(this);
  }
  /** scale·x + shift with two plain numbers. */
  affine(scale: number, shift: number): Tensor {
    return elementwise.affine(this, scale, shift);
  }
  cast(dtype: DType): Tensor {
    return elementwise.cast(this, dtype);
  }

  // Comparisons: int32 tensors of 0 and 1.
  eq(other: Numeric): Tensor {
    return elementwise.compare('eq', this, other);
  }
  ne(other: Numeric): Tensor {
    return elementwise.compare('ne', this, other);
  }
  lt(other: Numeric): Tensor {
    return elementwise.compare('lt', this, other);
  }
  le(other: Numeric): Tensor {
    return elementwise.compare('le', this, other);
  }
  gt(other: Numeric): Tensor {
    return elementwise.compare('gt', this, other);
  }
  ge(other: Numeric): Tensor {
    return elementwise.compare('ge', this, other);
  }

  // Reductions over `axes` (default all); `keepDims` leaves axes of size 1 behind.
  sum(axes?: Axes, keepDims = false): Tensor {
    return reduce.sum(this, axes, keepDims);
  }
  mean(axes?: Axes, keepDims = false): Tensor {
    return reduce.mean(this, axes, keepDims);
  }
  max(axes?: Axes, keepDims = false): Tensor {
    return reduce.max(this, axes, keepDims);
  }
  /** Index of the first largest element along `axis`. */
  argmax(axis = -1): Tensor {
    return reduce.argmax(this, axis);
  }

  /** Batched matrix product over the last two axes; `matmul(a, b, { transposeB: true })` reads b transposed. */
  matmul(other: Tensor, options?: { transposeA?: boolean; transposeB?: boolean }): Tensor {
    return matmul(this, other, options);
  }

  // Movement.
  /** The same elements seen as `shape`, one of whose sizes may be −1. Shares the buffer. */
  reshape(shape: Shape): Tensor {
    return movement.reshape(this, shape);
  }
  permute(axes: readonly number[]): Tensor {
    return movement.permute(this, axes);
  }
  /** Exchanges two axes, by default the last two. */
  transpose(a = -2, b = -1): Tensor {
    return movement.transpose(this, a, b);
  }
  /** Elements from `start` (inclusive) to `stop` (exclusive) along `axis`; negative bounds count from the end. */
  slice(axis: number, start: number, stop?: number): Tensor {
    return movement.slice(this, axis, start, stop);
  }
  /** Equal parts along `axis`. */
  split(parts: number, axis = -1): Tensor[] {
    return movement.split(this, parts, axis);
  }
  pad(before: readonly number[], after: readonly number[], value = 0): Tensor {
    return movement.pad(this, before, after, value);
  }
  broadcastTo(shape: Shape): Tensor {
    return movement.broadcastTo(this, shape);
  }
  /** Rows of this [R, D] at int32 `indices`: [...indices, D]. */
  gather(indices: Tensor): Tensor {
    return indexing.gather(this, indices);
  }

  // Fused, along the last axis.
  /** x / ‖x‖₂ along `axis`. */
  unit(axis = -1): Tensor {
    return fused.unit(this, axis);
  }
  softmax(): Tensor {
    return fused.softmax(this);
  }
  logSoftmax(): Tensor {
    return fused.logSoftmax(this);
  }

  private live(): Storage {
    if (this.storage === null) {
      throw new LifetimeError(
        `the tensor ${formatShape(this.shape)} was disposed; return it from its scope or keep() it`,
      );
    }
    return this.storage;
  }

  private requireSingle(op: string): void {
    if (this.size !== 1)
      throw new ShapeError(`${op}: wants a single element, got shape ${formatShape(this.shape)}`);
  }
}
