/**
 * The handle that programs hold: it knows its shape and shares a buffer.
 * Explained in docs/learn/00-first-tensor.md.
 */
import type { Backend, Buffer, Operand } from './backend.js';
import { described } from './checks/describe.js';
import type { DType, TypedArray } from './dtype.js';
import { ArgumentError, BackendError, LifetimeError, ShapeError } from './errors.js';
import { track } from './scope.js';
import { formatShape, inferShape, type Shape, sizeOf } from './shape.js';
import { Storage } from './storage.js';
import type { Trace } from './trace.js';

/** A number, or a tensor that broadcasts. */
export type Numeric = Tensor | number;

/**
 * An immutable, contiguous, row-major array: a shape and a dtype over a buffer on one backend. `reshape`
 * shares the buffer, every other op makes a new one. Ops return at once; on asynchronous devices the buffer
 * may still be pending, and only `data()` waits for it. The ops are methods too: `methods.ts` adds them, and
 * `show.ts` how a tensor prints.
 * @example
 * const x = tensor([[1, 2], [3, 4]]);
 * x.shape // [2, 2]
 * x.matmul(x).sum(1) // [17, 37]
 * await x.data() // [1, 2, 3, 4]
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
    if (!(storage instanceof Storage)) {
      throw new ArgumentError(
        `Tensor: wants a storage, got ${described(storage)}; tensor() makes a tensor of numbers`,
      );
    }
    this.storage = storage;
    this.dtype = storage.buffer.dtype;
    this.backend = storage.backend;
    if (tracked) track(this);
  }

  readonly dtype: DType;
  readonly backend: Backend;

  /** @throws LifetimeError after `dispose`. */
  get buffer(): Buffer {
    return this.live().buffer;
  }

  /** The name it prints under. Written out, here and in subclasses: bundlers rename classes. */
  get [Symbol.toStringTag](): string {
    return 'Tensor';
  }

  /** What a subclass has to say about its values where it prints, or null. */
  get remark(): string | null {
    return null;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** True after `dispose`. */
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
  alias(tracked = true): Tensor {
    const other = this.detach(this.shape, tracked);
    other.trace = this.trace;
    other.trace?.retain();
    return other;
  }

  /**
   * The same values, seen as `shape`, with no history: nothing flows back through it.
   * @throws ShapeError for a shape of another size.
   */
  detach(shape: Shape = this.shape, tracked = true): Tensor {
    if (shape !== this.shape) inferShape('detach', shape, this.size);
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

  /** `data`, and then `dispose`: for a result that is only wanted on the host. */
  async takeData(): Promise<TypedArray> {
    try {
      return await this.data();
    } finally {
      this.dispose();
    }
  }

  /** `item`, and then `dispose`: for the loss that a scope returned. */
  async takeItem(): Promise<number> {
    this.requireSingle('takeItem');
    return (await this.takeData())[0];
  }

  /**
   * The only element, at once.
   * @throws ShapeError unless there is exactly one, BackendError where the device cannot.
   */
  itemSync(): number {
    this.requireSingle('itemSync');
    return this.dataSync()[0];
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
