import type { Parameter } from '../../../nn/index.js';
import type { TypedArray } from '../../../tensor/index.js';
import { shareOf } from '../../data/batches.js';
import type { MemoryUse } from '../events.js';
import { memoryOf } from '../memory-use.js';
import type { Team } from '../train-step.js';
import { Barrier } from './barrier.js';

/** Memory that all members see; it can be sent to worker threads. */
export interface SharedMemory {
  readonly size: number;
  readonly barrier: SharedArrayBuffer;
  readonly losses: SharedArrayBuffer;
  /** Two numbers for each member, the bytes in use and those reserved. */
  readonly memory: SharedArrayBuffer;
  /** The gradients of each member, all parameters in a row. */
  readonly gradients: readonly SharedArrayBuffer[];
  readonly total: SharedArrayBuffer;
}

export function sharedMemory(size: number, parameterCount: number): SharedMemory {
  const floats = () => new SharedArrayBuffer(parameterCount * Float32Array.BYTES_PER_ELEMENT);
  return {
    size,
    barrier: new SharedArrayBuffer(Barrier.BYTES),
    losses: new SharedArrayBuffer(size * Float64Array.BYTES_PER_ELEMENT),
    memory: new SharedArrayBuffer(2 * size * Float64Array.BYTES_PER_ELEMENT),
    gradients: Array.from({ length: size }, floats),
    total: floats(),
  };
}

/**
 * A member's end of the exchange. Each writes its gradients down; when all have, each adds up one part of the vector,
 * always in the order of the members, so that a run repeats bit for bit; when all have, each reads the whole.
 */
export class SharedGradients implements Team {
  readonly size: number;
  private readonly barrier: Barrier;
  private readonly losses: Float64Array;
  private readonly bytes: Float64Array;
  private readonly gradients: readonly Float32Array[];
  private readonly total: Float32Array;

  /** @param check - throws when another member died. */
  constructor(
    memory: SharedMemory,
    readonly index: number,
    check?: () => void,
  ) {
    this.size = memory.size;
    this.barrier = new Barrier(memory.barrier, memory.size, check);
    this.losses = new Float64Array(memory.losses);
    this.bytes = new Float64Array(memory.memory);
    this.gradients = memory.gradients.map((buffer) => new Float32Array(buffer));
    this.total = new Float32Array(memory.total);
  }

  async sum(parameters: readonly Parameter[], loss: number): Promise<number> {
    await this.write(parameters);
    const { usedBytes, reservedBytes } = memoryOf(parameters[0].backend);
    this.bytes.set([usedBytes, reservedBytes], 2 * this.index);
    this.losses[this.index] = loss;
    await this.barrier.arrive();
    const total = this.losses.reduce((sum, part) => sum + part, 0);
    this.addUp(...shareOf(this.total.length, this.index, this.size));
    await this.barrier.arrive();
    this.read(parameters);
    return total;
  }

  memory(): MemoryUse[] {
    return Array.from({ length: this.size }, (_, member) => {
      const [usedBytes, reservedBytes] = this.bytes.subarray(2 * member);
      return { usedBytes, reservedBytes };
    });
  }

  private async write(parameters: readonly Parameter[]): Promise<void> {
    const own = this.gradients[this.index];
    let offset = 0;
    for (const { grad, size } of parameters) {
      if (grad === null) own.fill(0, offset, offset + size);
      else own.set(await grad.data(), offset);
      offset += size;
    }
  }

  private addUp(first: number, end: number): void {
    const { gradients, total } = this;
    for (let i = first; i < end; i++) {
      let sum = 0;
      for (const part of gradients) sum += part[i];
      total[i] = sum;
    }
  }

  private read(parameters: readonly Parameter[]): void {
    let offset = 0;
    for (const { grad, size } of parameters) {
      if (grad !== null) {
        const values: TypedArray = this.total.subarray(offset, offset + size);
        grad.backend.write(grad.buffer, values);
        grad.markChanged();
      }
      offset += size;
    }
  }
}
