/**
 * The gpu backend: every kernel a small function that gpu.js compiles for whatever device there is.
 * Explained in docs/gpu.md.
 */
import type {
  Backend,
  BackendOptions,
  Buffer,
  Counters,
  FusedKernels,
  Kernels,
  MemoryInfo,
  Transaction,
} from '../../backend.js';
import type { DType, TypedArray } from '../../dtype.js';
import { DTypeError, ShapeError } from '../../errors.js';
import { adamKernels } from './adam.js';
import { attentionKernels } from './attention.js';
import { elementwiseKernels } from './elementwise.js';
import { indexingKernels } from './indexing.js';
import { matmulKernels } from './matmul.js';
import { movementKernels } from './movement.js';
import { normalizeKernels } from './normalize.js';
import { reduceKernels } from './reduce.js';
import { ropeKernels } from './rope.js';
import { Device } from './runtime/device.js';
import { loadLibrary } from './runtime/library.js';
import { chooseMode, type GpuMode } from './runtime/modes.js';
import { softmaxKernels } from './softmax.js';
import { sortKernels } from './sort.js';
import { swigluKernels } from './swiglu.js';

export type { GpuMode } from './runtime/modes.js';

/**
 * A gpu backend in `options.mode`: `auto` (default; the best of the following that answers), `webgpu`, `webgl2`,
 * `headlessgl`, or on the CPU `webasm` or `cpu`. int32 is kept as float32, so it is exact up to 2²⁴ only, and a
 * tensor has at most 2²⁴ elements.
 * @throws BackendError where gpu.js is missing or the mode does not run, ConfigError for an unknown one, DTypeError for float64.
 */
export async function createGpuBackend(options: BackendOptions = {}): Promise<GpuBackend> {
  const { dtype = 'float32', mode = 'auto' } = options;
  if (dtype !== 'float32') throw new DTypeError(`gpu: dtype must be float32, got ${dtype}`);
  const library = await loadLibrary();
  return new GpuBackend(new Device(library, await chooseMode(library, mode), mode === 'auto'));
}

export class GpuBackend implements Backend {
  readonly name = 'gpu';
  readonly floatType = 'float32';
  readonly mode: GpuMode;
  readonly kernels: Kernels;
  /** Those that pay off; the definitions of the others run. */
  readonly fused: Partial<FusedKernels>;
  /** Absent on webgpu, which only answers later. */
  readonly readSync?: (buffer: Buffer) => TypedArray;

  constructor(private readonly device: Device) {
    this.mode = device.mode;
    this.kernels = {
      ...elementwiseKernels(device),
      ...reduceKernels(device),
      ...matmulKernels(device),
      ...movementKernels(device),
      ...indexingKernels(device),
      ...sortKernels(device),
    };
    const softmax = softmaxKernels(device);
    this.fused = {
      ...normalizeKernels(device),
      ...softmax,
      ...ropeKernels(device),
      ...swigluKernels(device),
      ...attentionKernels(device, softmax),
      ...adamKernels(device),
    };
    if (device.mode !== 'webgpu') this.readSync = (buffer) => device.readSync(buffer);
  }

  upload(values: TypedArray, dtype: DType): Buffer {
    return this.device.upload(values, dtype);
  }

  write(buffer: Buffer, values: TypedArray): void {
    if (values.length !== buffer.length) {
      throw new ShapeError(`write: ${values.length} values for a buffer of ${buffer.length}`);
    }
    this.device.write(buffer, values);
  }

  read(buffer: Buffer): Promise<TypedArray> {
    return this.device.read(buffer);
  }

  finish(): Promise<void> {
    return this.device.finish();
  }

  transaction(): Transaction {
    return this.device.transaction();
  }

  free(buffer: Buffer): void {
    this.device.free(buffer);
  }

  memory(): MemoryInfo {
    return this.device.memory();
  }

  counters(): Counters {
    return this.device.counters();
  }
}
