import type { Buffer, Counters, MemoryInfo, Operand, Transaction } from '../../../backend.js';
import type { DType, TypedArray } from '../../../dtype.js';
import { BackendError, DTypeError } from '../../../errors.js';
import { formatShape, type Shape, sizeOf } from '../../../shape.js';
import { Block, GpuBuffer, gpuBuffer, type Value } from './block.js';
import { Compiler, type RawValue } from './compiler.js';
import { Health } from './health.js';
import { Journal } from './journal.js';
import type { Library } from './library.js';
import { requireCountable, requireExact } from './limits.js';
import { type GpuMode, isResident } from './modes.js';
import { Orders } from './orders.js';
import { COPY, type Program } from './program.js';
import { flat, SPREAD } from './tiles.js';

/**
 * Keeps buffers, gives the device programs to run, and counts.
 * Explained in docs/learn/13-threads-and-gpu.md and docs/gpu.md.
 */
export class Device {
  private readonly compiler: Compiler;
  private readonly health = new Health();
  private readonly blocks = new Set<Block>();
  private readonly orders: Orders;
  private journal: Journal | null = null;
  private liveBuffers = 0;
  private readonly counts = { uploads: 0, readbacks: 0, launches: 0 };

  /** `mayFallBack` lets gpu.js run a kernel that the mode cannot take on the CPU instead. */
  constructor(
    library: Library,
    readonly mode: GpuMode,
    mayFallBack: boolean,
  ) {
    this.compiler = new Compiler(library, mode, mayFallBack);
    this.orders = new Orders(mode, this.health);
  }

  /**
   * Runs a program over the inputs, followed by plain numbers, into a new buffer. Returns at once.
   * @throws BackendError naming the program and the shapes, where the mode cannot compile or run it; where the device
   *   answers later, whoever reads the buffer gets it.
   */
  launch(
    program: Program,
    inputs: readonly Operand[],
    dtype: DType,
    length: number,
    numbers: readonly number[] = [],
  ): Buffer {
    if (length === 0) return this.upload(new Float32Array(0), dtype);
    requireCountable(length, program.name);
    return this.hold(dtype, length, this.run(program, inputs, length, numbers));
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
    this.replace(gpuBuffer(buffer), this.newBlock(buffer.length, this.send(values, buffer.dtype)));
  }

  /** target ← source, for good: whatever happens to one later is not seen by the other. */
  assign(target: Buffer, source: Buffer): void {
    this.replace(gpuBuffer(target), gpuBuffer(source).block.retain());
  }

  /** See Backend.transaction. @throws BackendError while another is open. */
  transaction(): Transaction {
    if (this.journal !== null) throw new BackendError('gpu: a transaction is open; end it before the next');
    const journal = new Journal();
    this.journal = journal;
    this.orders.forgive();
    const end = () => {
      this.journal = null;
    };
    return {
      commit: async () => {
        await this.orders.settled();
        end();
        journal.forget();
      },
      rollback: () => {
        end();
        journal.undo();
      },
    };
  }

  async read(buffer: Buffer): Promise<TypedArray> {
    const { block } = gpuBuffer(buffer);
    block.retain();
    try {
      const value = await block.value;
      const values = value instanceof Float32Array ? value : await value.toArray();
      this.health.check();
      return this.received(buffer, values);
    } catch (error) {
      this.orders.forgive();
      throw this.orders.failure(`cannot read a buffer of ${buffer.length}`, error);
    } finally {
      block.release();
    }
  }

  /** For the modes that answer at once. */
  readSync(buffer: Buffer): TypedArray {
    const { value } = gpuBuffer(buffer).block;
    const values = value instanceof Float32Array || value instanceof Promise ? value : value.toArray();
    if (values instanceof Promise) throw new BackendError(`gpu: ${this.mode} answers later; await data()`);
    this.health.check();
    return this.received(buffer, values);
  }

  /** Resolves when the device has nothing left to do. */
  async finish(): Promise<void> {
    await this.orders.settled();
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

  counters(): Counters {
    return { ...this.counts, compiled: this.compiler.compiled };
  }

  private run(
    program: Program,
    inputs: readonly Operand[],
    length: number,
    numbers: readonly number[],
  ): Value | Promise<Value> {
    const blocks = inputs.map((x) => gpuBuffer(x.buffer).block);
    const values = blocks.map(({ value }) => value);
    const lengths = blocks.map(({ bytes }) => bytes / 4);
    const start = (settled: readonly Value[]) =>
      this.start(program, lengths, length, [...settled, ...numbers]);
    const shapes = () => inputs.map((x) => formatShape(x.shape)).join(', ');
    this.counts.launches++;
    return this.orders.attempt(
      () => `cannot run ${program.name}(${shapes()})`,
      () => (isSettled(values) ? start(values) : whenSettled(blocks, start)),
    );
  }

  /** Gives the device a kernel to run. */
  private start(
    program: Program,
    lengths: readonly number[],
    length: number,
    values: readonly (Value | number)[],
  ): Value | Promise<Value> {
    const kernel = this.compiler.kernelOf(program, lengths, length, values.length - lengths.length);
    const raw = this.compiler.call(kernel, values);
    const finish = (result: RawValue): Value => {
      this.health.watch(kernel);
      if (program.perThread === 1) return result as Value;
      return flat(result, length, (texels) => {
        this.counts.launches++;
        const spread = this.compiler.kernelOf(SPREAD, [length / 4], length, 0);
        return this.compiler.call(spread, [texels]) as Value;
      });
    };
    return raw instanceof Promise ? raw.then(finish) : finish(raw);
  }

  private replace(buffer: GpuBuffer, block: Block): void {
    const before = buffer.swap(block);
    if (this.journal === null) before.release();
    else this.journal.add(buffer, before);
  }

  /** Host values as the device keeps them; an empty array as one zero, which gpu.js can hold. */
  private send(values: TypedArray, dtype: DType): Value | Promise<Value> {
    if (dtype === 'float64') {
      throw new DTypeError('gpu: has float32 and int32, not float64; use the reference backend for that');
    }
    requireCountable(values.length);
    const floats = values.length === 0 ? new Float32Array(1) : Float32Array.from(values);
    if (dtype === 'int32') requireExact(values, floats);
    this.counts.uploads++;
    if (!isResident(this.mode)) return floats;
    // A kernel moves them to the device once, instead of every kernel that reads them.
    return this.orders.attempt(
      () => `cannot take ${floats.length} elements`,
      () => this.start(COPY, [floats.length], floats.length, [floats]),
    );
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

/** What `f` makes of the values of the blocks, which outlive the wait even if their buffers are freed meanwhile. */
function whenSettled<T>(
  blocks: readonly Block[],
  f: (values: readonly Value[]) => T | Promise<T>,
): Promise<T> {
  for (const block of blocks) block.retain();
  return Promise.all(blocks.map(({ value }) => value))
    .then(f)
    .finally(() => {
      for (const block of blocks) block.release();
    });
}

function isSettled(values: readonly (Value | Promise<Value>)[]): values is readonly Value[] {
  return !values.some((value) => value instanceof Promise);
}
