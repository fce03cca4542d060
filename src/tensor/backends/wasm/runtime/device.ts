/** What the host side of a kernel works with: the running module, its memory, and the addresses of buffers. */
import type { Buffer } from '../../../backend.js';
import type { DType } from '../../../dtype.js';
import { BackendError, DTypeError } from '../../../errors.js';
import type { WasmExports } from './generated-exports.js';
import type { WasmBuffer, WasmMemory } from './memory.js';

/** Room for the shapes and strides of the largest call: numbers of 32 bits. */
const STAGING_LENGTH = 1024;

/** What a kernel file needs: the kernels of the running module, and the memory they work on. */
export class Device {
  private readonly staging: number;
  private scratchAddress = 0;
  private scratchBytes = 0;

  constructor(
    readonly exports: WasmExports,
    readonly memory: WasmMemory,
  ) {
    this.staging = memory.take(STAGING_LENGTH * 4);
  }

  /** A new buffer, its contents undefined. @throws DTypeError for float64. */
  allocate(dtype: DType, length: number): WasmBuffer {
    requireDType(dtype);
    return this.memory.allocate(dtype, length);
  }

  /**
   * Address of at least `bytes` bytes for the length of one kernel call. There is one such block: the next
   * call to `scratch` may return the same one, or move it.
   */
  scratch(bytes: number): number {
    if (bytes > this.scratchBytes) {
      if (this.scratchBytes > 0) this.memory.giveBack(this.scratchAddress, this.scratchBytes);
      this.scratchBytes = 0;
      this.scratchAddress = this.memory.take(bytes);
      this.scratchBytes = bytes;
    }
    return this.scratchAddress;
  }

  /** Copies integers (shapes, strides, addresses) to where a kernel can read them as i32; valid until the next call. */
  stage(integers: readonly number[]): number {
    if (integers.length > STAGING_LENGTH) {
      throw new BackendError(`wasm: ${integers.length} shape numbers do not fit the staging area`);
    }
    new Int32Array(this.memory.memory.buffer, this.staging, integers.length).set(integers);
    return this.staging;
  }
}

/** The address of a buffer of this backend. */
export function addressOf(buffer: Buffer): number {
  return (buffer as WasmBuffer).address;
}

/** @throws DTypeError for float64. */
export function requireDType(dtype: DType): void {
  if (dtype === 'float64') {
    throw new DTypeError('wasm: has float32 and int32, not float64; use the reference backend for that');
  }
}
