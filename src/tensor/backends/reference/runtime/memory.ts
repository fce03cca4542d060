import type { Buffer, MemoryInfo } from '../../../backend.js';
import { BYTES_PER_ELEMENT, type DType, type TypedArray, typedArray } from '../../../dtype.js';
import { BackendError, DTypeError } from '../../../errors.js';

/** The buffers of one reference backend: each is a typed array on the JavaScript heap, looked up by its handle. */
export class Memory {
  private readonly live = new Map<Buffer, TypedArray>();
  private bytes = 0;

  /** A new zeroed buffer. @throws DTypeError for a dtype that does not exist. */
  allocate(dtype: DType, length: number): Buffer {
    if (!(dtype in BYTES_PER_ELEMENT)) {
      throw new DTypeError(`reference: wants float32, float64 or int32, got ${dtype}`);
    }
    const buffer: Buffer = { dtype, length };
    const values = typedArray(dtype, length);
    this.live.set(buffer, values);
    this.bytes += values.byteLength;
    return buffer;
  }

  /** The array itself, to be read or changed. @throws BackendError once the buffer was freed. */
  values(buffer: Buffer): TypedArray {
    const values = this.live.get(buffer);
    if (values === undefined) {
      throw new BackendError(
        `reference: a ${buffer.dtype} buffer of ${buffer.length} elements was freed, or belongs to another backend`,
      );
    }
    return values;
  }

  /** @throws BackendError when freed twice. */
  free(buffer: Buffer): void {
    this.bytes -= this.values(buffer).byteLength;
    this.live.delete(buffer);
  }

  info(): MemoryInfo {
    return { buffers: this.live.size, bytes: this.bytes, reservedBytes: this.bytes };
  }
}
