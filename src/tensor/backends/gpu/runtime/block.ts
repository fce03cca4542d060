/**
 * What buffers of a GPU are made of: blocks that never change, counted by those who use them.
 * Explained in docs/learn/13-threads-and-gpu.md.
 */
import type { Buffer } from '../../../backend.js';
import type { DType } from '../../../dtype.js';
import { BackendError } from '../../../errors.js';

/** Memory of a GPU, as gpu.js hands it out. */
export interface Handle {
  toArray(): ArrayLike<number> | Promise<ArrayLike<number>>;
  delete(): void;
}

/** What kernels take and leave. Nothing ever changes one: a kernel makes a new one. */
export type Value = Float32Array | Handle;

/**
 * A value with a count of its users, which are buffers and kernels under way. It may be pending: a promise
 * of the value, on devices that answer later.
 */
export class Block {
  private users = 1;

  constructor(
    readonly value: Value | Promise<Value>,
    readonly bytes: number,
    private readonly onFree: (block: Block) => void,
  ) {}

  retain(): this {
    this.users++;
    return this;
  }

  release(): void {
    if (--this.users > 0) return;
    this.onFree(this);
    if (this.value instanceof Promise) this.value.then(discard, () => {});
    else discard(this.value);
  }
}

function discard(value: Value): void {
  if (!(value instanceof Float32Array)) value.delete();
}

/**
 * A buffer points at a block, which it may share: since blocks never change, copies and casts cost nothing, and
 * to overwrite a buffer is to point it at another block.
 */
export class GpuBuffer implements Buffer {
  private current: Block | null;

  constructor(
    readonly dtype: DType,
    readonly length: number,
    block: Block,
  ) {
    this.current = block;
  }

  /** @throws BackendError once the buffer was freed. */
  get block(): Block {
    if (this.current === null) {
      throw new BackendError(`gpu: a ${this.dtype} buffer of ${this.length} elements was freed`);
    }
    return this.current;
  }

  /** Takes over the caller's hold on `block`, and hands its own hold on the block before to the caller. */
  swap(block: Block): Block {
    const before = this.block;
    this.current = block;
    return before;
  }

  free(): void {
    this.block.release();
    this.current = null;
  }
}

/** The buffer as this backend made it. @throws BackendError for one of another backend. */
export function gpuBuffer(buffer: Buffer): GpuBuffer {
  if (buffer instanceof GpuBuffer) return buffer;
  throw new BackendError(`gpu: a ${buffer.dtype} buffer of ${buffer.length} elements is of another backend`);
}
