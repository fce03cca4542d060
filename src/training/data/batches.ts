/**
 * Batches from tokens: drawn at random or read in order, whole, in parts, or a thread's share.
 * Explained in docs/learn/13-threads-and-gpu.md.
 */
import { described } from '../../tensor/checks/describe.js';
import { requireWhole } from '../../tensor/checks/values.js';
import { requireGenerator } from '../../tensor/create/random.js';
import {
  ArgumentError,
  DataError,
  Generator,
  type GeneratorState,
  scope,
  type Tensor,
  tensor,
} from '../../tensor/index.js';
import { requireTokenArray, type Tokens } from './dataset.js';

/** Of a batch; beyond, arrays have lengths that JavaScript does not know. */
const MOST_ROWS = 2 ** 26;

/** Blocks of tokens, and the same shifted by one: what follows each token. One array from here to the device. */
export interface Batch {
  /** [2, rows, blockSize], row-major: the inputs of all rows, then their targets. */
  readonly tokens: Int32Array;
  readonly rows: number;
  readonly blockSize: number;
}

/** Where a sampler stands: enough to draw the same batches from here. */
export interface SamplerState {
  readonly generator: GeneratorState;
  /** Batches drawn so far. */
  readonly batches: number;
}

/** Draws batches of blocks at random positions, as nanoGPT's `get_batch`. */
export class BatchSampler {
  private drawn = 0;

  /** @throws DataError when the tokens hold no block and the token that follows it. */
  constructor(
    private readonly tokens: Tokens,
    private readonly blockSize: number,
    private readonly batchSize: number,
    private generator: Generator,
  ) {
    requireTokenArray('BatchSampler', tokens);
    requireWhole('blockSize', blockSize, 1);
    requireWhole('batchSize', batchSize, 1, { most: MOST_ROWS });
    requireGenerator('BatchSampler', generator);
    if (tokens.length <= blockSize) {
      throw new DataError(`${tokens.length} tokens hold no block of ${blockSize} and the token after it`);
    }
  }

  /** The next batch, or only its rows `first` … `end`−1; the generator moves on by the whole batch either way. */
  next(first = 0, end = this.batchSize): Batch {
    const { blockSize, batchSize, tokens } = this;
    requireWhole('next: first', first, 0, { most: batchSize });
    requireWhole('next: end', end, first, { most: batchSize });
    const positions = Array.from({ length: batchSize }, () =>
      this.generator.integer(tokens.length - blockSize),
    );
    this.drawn++;
    return batchAt(tokens, positions.slice(first, end), blockSize);
  }

  /** Where it stands, for a checkpoint. */
  state(): SamplerState {
    return { generator: this.generator.state(), batches: this.drawn };
  }

  /** Goes on from where another one stood. */
  restore(state: SamplerState): void {
    const generator = Generator.fromState(state?.generator);
    requireWhole('restore: batches', state.batches, 0);
    this.generator = generator;
    this.drawn = state.batches;
  }
}

/**
 * The blocks that start at `positions`.
 * @example
 * const { tokens } = batchAt(Int32Array.of(5, 6, 7, 8), [0, 1], 2);
 * [...tokens] // [5, 6, 6, 7, 6, 7, 7, 8]
 */
export function batchAt(tokens: Tokens, positions: readonly number[], blockSize: number): Batch {
  const rows = positions.length;
  const batch = new Int32Array(2 * rows * blockSize);
  for (const [row, position] of positions.entries()) {
    batch.set(tokens.subarray(position, position + blockSize), row * blockSize);
    batch.set(tokens.subarray(position + 1, position + blockSize + 1), (rows + row) * blockSize);
  }
  return { tokens: batch, rows, blockSize };
}

/**
 * All of `tokens`, cut into blocks one after the other, `batchSize` of them in a batch, and last what is left as a shorter
 * block: every token but the first is a target exactly once.
 */
export function* batchesOver(tokens: Tokens, blockSize: number, batchSize: number): IterableIterator<Batch> {
  requireTokenArray('batchesOver', tokens);
  requireWhole('blockSize', blockSize, 1);
  requireWhole('batchSize', batchSize, 1, { most: MOST_ROWS });
  const predicted = tokens.length - 1;
  const whole = Math.floor(predicted / blockSize);
  for (let block = 0; block < whole; block += batchSize) {
    const rows = Math.min(batchSize, whole - block);
    const starts = Array.from({ length: rows }, (_, row) => (block + row) * blockSize);
    yield batchAt(tokens, starts, blockSize);
  }
  const rest = predicted - whole * blockSize;
  if (rest > 0) yield batchAt(tokens, [whole * blockSize], rest);
}

/** Inputs and targets on the current backend, int32 [rows, blockSize] each, sent there in one piece. */
export function batchTensors(batch: Batch): { inputs: Tensor; targets: Tensor } {
  const { tokens, rows, blockSize } = batch ?? {};
  if (!((tokens as unknown) instanceof Int32Array)) {
    throw new ArgumentError(
      `batchTensors: wants a batch { tokens, rows, blockSize }, got ${described(batch)}`,
    );
  }
  requireWhole('rows', rows, 0);
  requireWhole('blockSize', blockSize, 0);
  return scope(() => {
    const [inputs, targets] = tensor(tokens, [2 * rows, blockSize]).split(2, 0);
    return { inputs, targets };
  });
}

/** The same rows in at most `parts` batches, of one row at least; sizes differ by at most one. */
export function splitBatch(batch: Batch, parts: number): Batch[] {
  const { tokens, rows, blockSize } = batch;
  if (parts === 1) return [batch];
  const count = Math.min(parts, rows);
  return Array.from({ length: count }, (_, i) => {
    const [first, end] = shareOf(rows, i, count);
    const part = new Int32Array(2 * (end - first) * blockSize);
    part.set(tokens.subarray(first * blockSize, end * blockSize));
    part.set(tokens.subarray((rows + first) * blockSize, (rows + end) * blockSize), part.length / 2);
    return { tokens: part, rows: end - first, blockSize };
  });
}

/** The rows of a batch that member `index` of `count` computes: contiguous, sizes differ by at most one. */
export function shareOf(batchSize: number, index: number, count: number): [first: number, end: number] {
  return [Math.floor((index * batchSize) / count), Math.floor(((index + 1) * batchSize) / count)];
}
