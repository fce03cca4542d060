import type { Buffer, MemoryInfo } from '../../../backend.js';
import { shown } from '../../../checks/describe.js';
import { BYTES_PER_ELEMENT, type DType, isDType, type TypedArray, typedArray } from '../../../dtype.js';
import { BackendError, DTypeError } from '../../../errors.js';

/** As much as wasm can address: the machine may have less, but no shape typed by mistake gets this far. */
const MOST_BYTES = 2 ** 32;

/** The buffers of one reference backend: each is a typed array on the JavaScript heap, looked up by its handle. */
export class Memory {
  private readonly live = new Map<Buffer, TypedArray>();
  private bytes = 0;

  /** A new zeroed buffer. @throws DTypeError for a dtype that does not exist. */
  allocate(dtype: DType, length: number): Buffer {
    if (!isDType(dtype)) {
      throw new DTypeError(`reference: wants float32, float64 or int32, got ${shown(dtype)}`);
    }
    const wanted = length * BYTES_PER_ELEMENT[dtype];
    if (wanted > this.room()) {
      throw new BackendError(
        `reference: out of memory: needs ${wanted} bytes, ${this.bytes} in use of ${MOST_BYTES}`,
      );
    }
    const buffer: Buffer = { dtype, length };
    const values = this.zeros(dtype, length);
    this.live.set(buffer, values);
    this.bytes += values.byteLength;
    return buffer;
  }

  private zeros(dtype: DType, length: number): TypedArray {
    try {
      return typedArray(dtype, length);
    } catch (cause) {
      throw new BackendError(`reference: the system has no room for ${length} elements of ${dtype}`, {
        cause,
      });
    }
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

  /** Bytes that are left. */
  room(): number {
    return MOST_BYTES - this.bytes;
  }

  info(): MemoryInfo {
    return { buffers: this.live.size, bytes: this.bytes, reservedBytes: this.bytes };
  }
}
