/**
 * The host side of a module's linear memory: an allocator that hands out byte addresses. Freed blocks wait in
 * lists by size and are given out again as they are, so a loop that repeats its sizes, as training does, stops
 * growing after the first round. Explained in docs/learn/12-kernels.md.
 */
import { BYTES_PER_ELEMENT, type DType } from '../../../dtype.js';
import { BackendError, LifetimeError } from '../../../errors.js';

const PAGE = 65_536;
/** A cache line; every block starts on one. */
const ALIGNMENT = 64;
/** Memory is taken from the system in steps of this many bytes. */
const GROWTH = 1 << 20;
/** All that 32 bits can address. */
export const ADDRESS_SPACE = 65_536 * PAGE;

/** A block of linear memory seen as an array. */
export class WasmBuffer {
  /** Set when the block was given back, so that giving it back twice is noticed. */
  freed = false;

  constructor(
    readonly dtype: DType,
    readonly length: number,
    readonly address: number,
  ) {}
}

export class WasmMemory {
  readonly memory: WebAssembly.Memory;
  /** Addresses of free blocks by their size. */
  private readonly free = new Map<number, number[]>();
  /** Everything from here to the end was never handed out. */
  private top = 0;
  private liveBlocks = 0;
  private liveBytes = 0;
  readonly limit: number;

  /**
   * @param limit most bytes to take from the system, at most 4 GiB
   * @param memory to work in, nobody else's; default one of its own
   */
  constructor(limit: number = ADDRESS_SPACE, memory?: WebAssembly.Memory) {
    this.limit = Math.floor(Math.min(limit, ADDRESS_SPACE) / PAGE) * PAGE;
    const initial = Math.min(GROWTH, this.limit) / PAGE;
    this.memory = memory ?? new WebAssembly.Memory({ initial, maximum: this.limit / PAGE });
  }

  /** Keeps everything below `address` (the module's own data) out of the allocator's hands. */
  reserveBelow(address: number): void {
    this.top = Math.ceil(address / ALIGNMENT) * ALIGNMENT;
  }

  /** Live buffers. */
  get buffers(): number {
    return this.liveBlocks;
  }

  /** Bytes in live buffers, as asked for. */
  get bytes(): number {
    return this.liveBytes;
  }

  get reservedBytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** @throws BackendError when the limit is reached. */
  allocate(dtype: DType, length: number): WasmBuffer {
    const bytes = length * BYTES_PER_ELEMENT[dtype];
    const address = this.take(bytes);
    this.liveBlocks++;
    this.liveBytes += bytes;
    return new WasmBuffer(dtype, length, address);
  }

  /** @throws LifetimeError when the buffer was freed before. */
  release(buffer: WasmBuffer): void {
    if (buffer.freed) throw new LifetimeError('the buffer was freed twice');
    buffer.freed = true;
    const bytes = buffer.length * BYTES_PER_ELEMENT[buffer.dtype];
    this.liveBlocks--;
    this.liveBytes -= bytes;
    this.giveBack(buffer.address, bytes);
  }

  /** A block outside the counts of live buffers. */
  take(bytes: number): number {
    // NaN would become the top of memory, and every later block overlap another.
    if (!Number.isInteger(bytes) || bytes < 0) {
      throw new BackendError(`wasm: cannot allocate ${bytes} bytes`);
    }
    const size = blockSize(bytes);
    const address = this.free.get(size)?.pop() ?? this.extend(size) ?? this.carve(size);
    if (address === undefined) throw this.exhausted(bytes);
    return address;
  }

  giveBack(address: number, bytes: number): void {
    this.addFree(address, blockSize(bytes));
  }

  private addFree(address: number, size: number): void {
    const list = this.free.get(size);
    if (list === undefined) this.free.set(size, [address]);
    else list.push(address);
  }

  /** A block from the part never used, growing the memory where that ends; undefined at the limit. */
  private extend(size: number): number | undefined {
    const end = this.top + size;
    if (end > this.limit) return undefined;
    const missing = end - this.reservedBytes;
    if (missing > 0) {
      const step = Math.min(Math.ceil(missing / GROWTH) * GROWTH, this.limit - this.reservedBytes);
      try {
        this.memory.grow(step / PAGE);
      } catch {
        return undefined;
      }
    }
    const address = this.top;
    this.top = end;
    return address;
  }

  /**
   * The last resort: joins free neighbours and cuts the block from the smallest that holds it. It takes apart
   * blocks that a repeating loop would ask for again, so it waits until there is nothing left to grow into.
   */
  private carve(size: number): number | undefined {
    const joined = this.joinFree();
    const last = joined.at(-1);
    if (last !== undefined && last.address + last.size === this.top) {
      this.top = last.address;
      joined.pop();
    }
    let best: Block | undefined;
    for (const block of joined) {
      if (block.size >= size && (best === undefined || block.size < best.size)) best = block;
    }
    for (const block of joined) {
      if (block !== best) this.addFree(block.address, block.size);
      else if (block.size > size) this.addFree(block.address + size, block.size - size);
    }
    return best?.address ?? this.extend(size);
  }

  /** Empties the lists into blocks as large as they get, by address. */
  private joinFree(): Block[] {
    const blocks: Block[] = [];
    for (const [size, addresses] of this.free) {
      for (const address of addresses) blocks.push({ address, size });
    }
    this.free.clear();
    blocks.sort((a, b) => a.address - b.address);
    const joined: Block[] = [];
    for (const block of blocks) {
      const before = joined.at(-1);
      if (before !== undefined && before.address + before.size === block.address) before.size += block.size;
      else joined.push(block);
    }
    return joined;
  }

  private exhausted(bytes: number): BackendError {
    return new BackendError(
      `wasm: out of memory: needs ${mebibytes(bytes)} MiB, ${mebibytes(this.liveBytes)} MiB in use by ` +
        `${this.liveBlocks.toLocaleString('en')} ${this.liveBlocks === 1 ? 'buffer' : 'buffers'}, the limit is ${mebibytes(this.limit)} MiB; ` +
        'run each round of a loop in scope(), which frees what it made, or take smaller tensors',
    );
  }
}

interface Block {
  readonly address: number;
  size: number;
}

/**
 * Bytes that a request really takes: eight sizes to every doubling, so that sequences which grow by one token
 * share blocks, at an eighth of waste at most. Then one spare cache line: kernels may read 15 floats past the
 * end, and blocks of 2ⁿ bytes do not all begin on the same set of the cache.
 */
export function blockSize(bytes: number): number {
  // Bits instead of logarithms: every tensor comes past here twice. From 2³² bytes on no memory holds the block.
  const power = bytes >= ADDRESS_SPACE ? ADDRESS_SPACE : (1 << (31 - Math.clz32(bytes | 1))) >>> 0;
  const granule = Math.max(ALIGNMENT, power / 8);
  return Math.max(granule, Math.ceil(bytes / granule) * granule) + ALIGNMENT;
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
