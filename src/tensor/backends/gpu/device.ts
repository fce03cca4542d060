import { GPU, type IGPUFunctionSettings, type IGPUKernelSettings } from 'gpu.js';
import type { Buffer, MemoryInfo, Operand } from '../../backend.js';
import type { DType, TypedArray } from '../../dtype.js';
import { BackendError, DTypeError } from '../../errors.js';
import { formatShape, type Shape, sizeOf } from '../../shape.js';
import { Block, GpuBuffer, gpuBuffer, type Value } from './block.js';
import { type GpuMode, isResident, modeOf } from './modes.js';
import { COPY, HELPERS, type Program } from './program.js';

/** What crossed between host and device, and what ran, since the backend was made. */
export interface GpuCounters {
  readonly uploads: number;
  readonly readbacks: number;
  readonly launches: number;
  readonly compiled: number;
}

/** Kernels work out positions in float32, which holds every whole number up to here. */
const MAX_LENGTH = 2 ** 24;

/** In webasm mode each kernel owns a WebAssembly memory, so the ones used longest ago must go. */
const MAX_HOST_KERNELS = 512;

/** A kernel as gpu.js returns it. webgpu answers later, with a promise. */
interface CompiledKernel {
  (...values: readonly (Value | number)[]): Value | Promise<Value>;
  readonly kernel: object;
  destroy(): void;
}

/** Compiles programs, runs them, and counts; the only file that runs gpu.js kernels. */
export class Device {
  private readonly gpu: GPU;
  private readonly kernels = new Map<string, CompiledKernel>();
  private readonly blocks = new Set<Block>();
  /** Launches that the device has not been given yet. */
  private readonly waiting = new Set<Promise<unknown>>();
  private liveBuffers = 0;
  private readonly counts = { uploads: 0, readbacks: 0, launches: 0, compiled: 0 };

  /** `mayFallBack` lets gpu.js run a kernel that the mode cannot take on the CPU instead. */
  constructor(
    readonly mode: GpuMode,
    private readonly mayFallBack: boolean,
  ) {
    this.gpu = new GPU({ mode });
    const types: IGPUFunctionSettings = { argumentTypes: { a: 'Number', b: 'Number' }, returnType: 'Number' };
    for (const helper of HELPERS) this.gpu.addFunction(helper as never, types);
  }

  /**
   * Runs a program over the inputs, followed by plain numbers, into a new buffer. Returns at once.
   * @throws BackendError naming the program and the shapes, where the mode cannot compile or run it.
   */
  launch(
    program: Program,
    inputs: readonly Operand[],
    dtype: DType,
    length: number,
    numbers: readonly number[] = [],
  ): Buffer {
    if (length === 0) return this.upload(new Float32Array(0), dtype);
    const blocks = inputs.map((x) => gpuBuffer(x.buffer).block);
    try {
      return this.hold(dtype, length, this.run(program, blocks, length, numbers));
    } catch (error) {
      if (error instanceof BackendError) throw error;
      const shapes = inputs.map((x) => formatShape(x.shape)).join(', ');
      throw new BackendError(`gpu: ${this.mode} cannot run ${program.name}(${shapes}): ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  /** The same as an operand to go on with, float32 like every value between kernels; whoever asks frees its buffer. */
  compute(
    program: Program,
    inputs: readonly Operand[],
    shape: Shape,
    numbers: readonly number[] = [],
  ): Operand {
    const buffer = this.launch(program, inputs, 'float32', sizeOf(shape), numbers);
    return { buffer, shape, dtype: 'float32' };
  }

  /** Another buffer of the same values, at no cost. */
  share(x: Operand, dtype: DType = x.dtype): Buffer {
    this.liveBuffers++;
    return new GpuBuffer(dtype, x.buffer.length, gpuBuffer(x.buffer).block.retain());
  }

  /** @throws DTypeError for float64, and for an int32 that float32 cannot hold. */
  upload(values: TypedArray, dtype: DType): Buffer {
    return this.hold(dtype, values.length, this.send(values, dtype));
  }

  write(buffer: Buffer, values: TypedArray): void {
    gpuBuffer(buffer).replace(this.newBlock(buffer.length, this.send(values, buffer.dtype)));
  }

  /** target ← source, for good: whatever happens to one later is not seen by the other. */
  assign(target: Buffer, source: Buffer): void {
    const { block } = gpuBuffer(source);
    gpuBuffer(target).replace(block.retain());
  }

  async read(buffer: Buffer): Promise<TypedArray> {
    const { block } = gpuBuffer(buffer);
    block.retain();
    try {
      const value = await block.value;
      return this.received(buffer, value instanceof Float32Array ? value : await value.toArray());
    } catch (error) {
      throw new BackendError(`gpu: ${this.mode} lost a buffer of ${buffer.length}: ${reasonOf(error)}`, {
        cause: error,
      });
    } finally {
      block.release();
    }
  }

  /** For the modes that answer at once. */
  readSync(buffer: Buffer): TypedArray {
    const { value } = gpuBuffer(buffer).block;
    const values = value instanceof Float32Array || value instanceof Promise ? value : value.toArray();
    if (values instanceof Promise) throw new BackendError(`gpu: ${this.mode} answers later; await data()`);
    return this.received(buffer, values);
  }

  /** Resolves when the device has nothing left to do. */
  async finish(): Promise<void> {
    while (this.waiting.size > 0) await Promise.allSettled(this.waiting);
    // A device does what it is given in order, so the last thing it is given is done when all is.
    const last = this.upload(new Float32Array(1), 'float32');
    await this.read(last).finally(() => this.free(last));
  }

  /** Frees what was computed on the way. */
  freeAll(...xs: readonly Operand[]): void {
    for (const { buffer } of xs) this.free(buffer);
  }

  free(buffer: Buffer): void {
    gpuBuffer(buffer).free();
    this.liveBuffers--;
  }

  memory(): MemoryInfo {
    let bytes = 0;
    for (const block of this.blocks) bytes += block.bytes;
    return { buffers: this.liveBuffers, bytes, reservedBytes: bytes };
  }

  counters(): GpuCounters {
    return { ...this.counts };
  }

  private run(
    program: Program,
    blocks: readonly Block[],
    length: number,
    numbers: readonly number[],
  ): Value | Promise<Value> {
    const kernel = this.compiled(
      program,
      blocks.map(({ bytes }) => bytes / 4),
      length,
      numbers.length,
    );
    this.counts.launches++;
    const values = blocks.map(({ value }) => value);
    if (isSettled(values)) return this.tracked(this.checked(program, kernel, kernel(...values, ...numbers)));
    // The blocks must outlive the wait even if their buffers are freed meanwhile.
    for (const block of blocks) block.retain();
    const result = Promise.all(values)
      .then((settled) => this.checked(program, kernel, kernel(...settled, ...numbers)))
      .finally(() => {
        for (const block of blocks) block.release();
      });
    return this.tracked(result);
  }

  private tracked(result: Value | Promise<Value>): Value | Promise<Value> {
    if (!(result instanceof Promise)) return result;
    this.waiting.add(result);
    const done = () => this.waiting.delete(result);
    result.then(done, done);
    return result;
  }

  /** The result of a kernel, once it is sure that the mode asked for made it. */
  private checked(program: Program, kernel: CompiledKernel, result: Value | Promise<Value>) {
    const ran = modeOf(kernel);
    if (ran === this.mode || this.mayFallBack) return result;
    throw new BackendError(
      `gpu: ${this.mode} cannot run ${program.name}, gpu.js fell back to ${ran}; mode auto allows that`,
    );
  }

  /** One kernel for each program and lengths. */
  private compiled(program: Program, lengths: readonly number[], length: number, numbers: number) {
    const key = `${length}|${lengths.join()}|${program.source}`;
    let kernel = this.kernels.get(key);
    // Taken out and put back last, so that the map is in the order of last use.
    if (kernel !== undefined) this.kernels.delete(key);
    else kernel = this.compile(program, length, lengths.length, numbers);
    this.kernels.set(key, kernel);
    return kernel;
  }

  private compile({ source }: Program, length: number, arrays: number, numbers: number): CompiledKernel {
    if (length > MAX_LENGTH) {
      throw new BackendError(`gpu: a tensor can have ${MAX_LENGTH} elements, got ${length}`);
    }
    if (!isResident(this.mode) && this.kernels.size >= MAX_HOST_KERNELS) this.forgetOldest();
    this.counts.compiled++;
    // returnType is missing from the types of gpu.js, and would otherwise be guessed from the first `return`.
    const settings: IGPUKernelSettings & { readonly returnType: string } = {
      output: [length],
      precision: 'single',
      pipeline: true,
      immutable: true,
      returnType: 'Number',
    };
    // Arrays come first; a plain number would be guessed to be an integer where it happens to be one.
    const types = [...Array<string>(arrays).fill('Array'), ...Array<string>(numbers).fill('Float')];
    const kernel = this.gpu.createKernel(source as never, settings);
    if (!isResident(this.mode)) kernel.setArgumentTypes(types as never);
    return kernel as unknown as CompiledKernel;
  }

  private forgetOldest(): void {
    for (const [key, kernel] of this.kernels) {
      this.kernels.delete(key);
      kernel.destroy();
      // In cpu mode gpu.js itself would keep it.
      const { kernels } = this.gpu as unknown as { readonly kernels: object[] };
      const at = kernels.findIndex((other) => other === kernel || other === kernel.kernel);
      if (at >= 0) kernels.splice(at, 1);
      return;
    }
  }

  /** Host values as the device keeps them; an empty array as one zero, which gpu.js can hold. */
  private send(values: TypedArray, dtype: DType): Value | Promise<Value> {
    if (dtype === 'float64') {
      throw new DTypeError('gpu: has float32 and int32, not float64; use the reference backend for that');
    }
    const floats = values.length === 0 ? new Float32Array(1) : Float32Array.from(values);
    if (dtype === 'int32') requireExact(values, floats);
    this.counts.uploads++;
    if (!isResident(this.mode)) return floats;
    // A kernel moves them to the device once, instead of every kernel that reads them.
    return this.compiled(COPY, [floats.length], floats.length, 0)(floats);
  }

  private received({ dtype, length }: Buffer, values: ArrayLike<number>): TypedArray {
    this.counts.readbacks++;
    const floats = Float32Array.from(values).subarray(0, length);
    // Saturating, since the largest int32 is 2³¹ − 1 and the float32 next to it 2³¹.
    if (dtype === 'int32') return Int32Array.from(floats, (x) => Math.min(x, 2 ** 31 - 1));
    return floats;
  }

  private hold(dtype: DType, length: number, value: Value | Promise<Value>): Buffer {
    this.liveBuffers++;
    return new GpuBuffer(dtype, length, this.newBlock(length, value));
  }

  private newBlock(length: number, value: Value | Promise<Value>): Block {
    // The one who reads hears of a failure; until then it must not end the process.
    if (value instanceof Promise) value.catch(() => {});
    const block = new Block(value, 4 * Math.max(length, 1), (freed) => this.blocks.delete(freed));
    this.blocks.add(block);
    return block;
  }
}

function isSettled(values: readonly (Value | Promise<Value>)[]): values is readonly Value[] {
  return !values.some((value) => value instanceof Promise);
}

/** @throws DTypeError for a whole number beyond ±2²⁴ that float32 rounds. */
function requireExact(values: TypedArray, floats: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== floats[i]) {
      throw new DTypeError(`gpu: int32 is kept as float32, exact up to 2^24, which cannot hold ${values[i]}`);
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.split('\n')[0] : String(error);
}
