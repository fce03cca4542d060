/**
 * The wasm backend: SIMD kernels compiled from `assembly/`, and the memory they work on.
 * Explained in docs/learn/12-kernels.md.
 */
import type { Backend, Buffer, FusedKernels, Kernels, MemoryInfo, SharedBuffers } from '../../backend.js';
import { described } from '../../checks/describe.js';
import type { DType, TypedArray } from '../../dtype.js';
import { ArgumentError, ShapeError } from '../../errors.js';
import type { SettledOptions } from '../../simd.js';
import { adamKernels } from './adam.js';
import { attentionKernels } from './attention.js';
import { elementwiseKernels } from './elementwise.js';
import { firstOutside, indexingKernels } from './indexing.js';
import { matmulKernels } from './matmul.js';
import { movementKernels } from './movement.js';
import { normalizeKernels } from './normalize.js';
import { reduceKernels } from './reduce.js';
import { ropeKernels } from './rope.js';
import { chooseMode } from './runtime/choose-mode.js';
import { addressOf, Device, requireDType } from './runtime/device.js';
import { type WasmBuffer, WasmMemory } from './runtime/memory.js';
import { instantiate, type WasmMode } from './runtime/module.js';
import { isShared } from './runtime/shared-memory.js';
import { softmaxKernels } from './softmax.js';
import { sortKernels } from './sort.js';
import { swigluKernels } from './swiglu.js';

export interface WasmOptions extends SettledOptions {
  /** Most bytes to take from the system; default and maximum 4 GiB. */
  readonly memoryLimit?: number;
}

/**
 * A wasm backend with a memory of its own.
 * @throws BackendError where the engine lacks the mode asked for, DTypeError for float64.
 */
export async function createWasmBackend(options: WasmOptions = {}): Promise<Backend> {
  requireDType(options.dtype ?? 'float32');
  return openBuild(await chooseMode(options.mode ?? 'auto', openBuild), options);
}

async function openBuild(mode: WasmMode, { memoryLimit, memory: given }: WasmOptions = {}): Promise<Backend> {
  if (given !== undefined && !(given instanceof WebAssembly.Memory)) {
    throw new ArgumentError(`wasm: memory is what createSharedMemory makes, got ${described(given)}`);
  }
  const memory = new WasmMemory(memoryLimit, given);
  const exports = await instantiate(mode, memory.memory);
  memory.reserveBelow(exports.heapBase() >>> 0);
  return new WasmBackend(mode, new Device(exports, memory));
}

class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly floatType = 'float32';
  readonly kernels: Kernels;
  readonly fused: Partial<FusedKernels>;
  readonly shared: SharedBuffers | null;
  readonly firstOutside: NonNullable<Backend['firstOutside']>;
  private readonly memoryBlocks: WasmMemory;

  constructor(
    readonly mode: WasmMode,
    device: Device,
  ) {
    this.memoryBlocks = device.memory;
    this.kernels = kernelTable(device);
    this.fused = fusedTable(device);
    this.firstOutside = (indices, limit, ignored) => firstOutside(device, indices, limit, ignored);
    const { memory } = device.memory;
    this.shared = isShared(memory) ? { memory, address: addressOf } : null;
  }

  upload(values: TypedArray, dtype: DType): Buffer {
    requireDType(dtype);
    const buffer = this.memoryBlocks.allocate(dtype, values.length);
    this.view(buffer).set(values);
    return buffer;
  }

  write(buffer: Buffer, values: TypedArray): void {
    if (values.length !== buffer.length) {
      throw new ShapeError(`write: ${values.length} values for a buffer of ${buffer.length}`);
    }
    this.view(buffer).set(values);
  }

  async read(buffer: Buffer): Promise<TypedArray> {
    return this.readSync(buffer);
  }

  readSync(buffer: Buffer): TypedArray {
    return this.view(buffer).slice();
  }

  free(buffer: Buffer): void {
    this.memoryBlocks.release(buffer as WasmBuffer);
  }

  room(): number {
    return this.memoryBlocks.limit - this.memoryBlocks.bytes;
  }

  memory(): MemoryInfo {
    const { buffers, bytes, reservedBytes } = this.memoryBlocks;
    return { buffers, bytes, reservedBytes };
  }

  /** A fresh view each time: growth of the memory detaches the old ones. */
  view(buffer: Buffer): Float32Array | Int32Array {
    const { dtype, length, address } = buffer as WasmBuffer;
    const bytes = this.memoryBlocks.memory.buffer;
    return dtype === 'int32'
      ? new Int32Array(bytes, address, length)
      : new Float32Array(bytes, address, length);
  }
}

function kernelTable(device: Device): Kernels {
  return {
    ...elementwiseKernels(device),
    ...reduceKernels(device),
    ...matmulKernels(device),
    ...movementKernels(device),
    ...indexingKernels(device),
    ...sortKernels(device),
  };
}

function fusedTable(device: Device): Partial<FusedKernels> {
  return {
    ...normalizeKernels(device),
    ...softmaxKernels(device),
    ...ropeKernels(device),
    ...swigluKernels(device),
    ...attentionKernels(device),
    ...adamKernels(device),
  };
}
