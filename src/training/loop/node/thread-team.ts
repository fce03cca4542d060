/**
 * A team of threads and the memory they share: what each gives the others, and when they wait.
 * Explained in docs/learn/13-threads-and-gpu.md.
 */
import { type Adam, gradientNorm, type NamedParameter, type Parameter } from '../../../nn/index.js';
import type { HostTensor } from '../../../nn/state-dict.js';
import { type Backend, full, scope, type Tensor, tensor } from '../../../tensor/index.js';
import type { MemoryUse } from '../events.js';
import { memoryOf } from '../memory-use.js';
import { ownersOf, parametersOf, TASKS, type Task, type Team } from '../team.js';
import { Barrier } from './barrier.js';
import { openShelf, type Shelf, type ShelfMemory, shelfMemory } from './shelf.js';

/** Memory that all members see; it can be sent to worker threads. */
export interface TeamMemory {
  readonly size: number;
  readonly barrier: SharedArrayBuffer;
  /** What member 0 says, for two turns. */
  readonly words: SharedArrayBuffer;
  /** A number of each member, for two turns. */
  readonly numbers: SharedArrayBuffer;
  /** Two for each member, the bytes in use and those reserved. */
  readonly bytes: SharedArrayBuffer;
  /** The linear memory of each member; null where the backend has none that can be shared. */
  readonly memories: readonly WebAssembly.Memory[] | null;
  readonly gradients: ShelfMemory;
  readonly parameters: ShelfMemory;
  readonly moments: ShelfMemory;
}

/** @param memories - see `TeamMemory` */
export function teamMemory(
  size: number,
  optimizer: Adam,
  memories: readonly WebAssembly.Memory[] | null,
): TeamMemory {
  const floats = (count: number) => new SharedArrayBuffer(count * Float64Array.BYTES_PER_ELEMENT);
  const { all, moments } = sizesOf(optimizer, size);
  return {
    size,
    memories,
    barrier: new SharedArrayBuffer(Barrier.BYTES),
    words: floats(2),
    numbers: floats(2 * size),
    bytes: floats(2 * size),
    gradients: shelfMemory(memories, all),
    parameters: shelfMemory(memories, all),
    moments: shelfMemory(memories, moments),
  };
}

/** Sizes of what each member lays out: all parameters, or the moments of its own. */
function sizesOf(optimizer: Adam, members: number) {
  const parameters = parametersOf(optimizer).map(([, parameter]) => parameter);
  const owners = ownersOf(parameters, members);
  const everyone = Array.from({ length: members }, (_, member) => member);
  const sizes = parameters.map(({ size }) => size);
  const own = everyone.map((member) => sizes.filter((_, i) => owners[i] === member));
  return {
    all: everyone.map(() => sizes),
    moments: own.map((list) => optimizer.slots.flatMap(() => list)),
  };
}

/** A thread of a team; see `Team`. Sums are always in the order of the members, so that a run repeats bit for bit. */
export class ThreadTeam implements Team {
  readonly size: number;
  private readonly barrier: Barrier;
  private readonly words: Float64Array;
  private readonly numbers: Float64Array;
  private readonly bytes: Float64Array;
  private readonly gradients: Shelf;
  private readonly values: Shelf;
  private readonly moment: Shelf;
  private readonly owners: readonly number[];
  private readonly named: readonly NamedParameter[];
  private readonly parameters: readonly Parameter[];
  /** Which of them are this member's. */
  private readonly own: readonly number[];
  private readonly ownParameters: readonly Parameter[];
  private readonly backend: Backend;
  /**
   * Which of two places the next exchange uses. Whoever writes there again has been through the exchange in between, and
   * nobody comes to that before it has read.
   */
  private turn: 0 | 1 = 0;

  /**
   * @param optimizer - of this member's replica; all members go through its parameters in its order
   * @param check - throws when another member died
   */
  constructor(
    memory: TeamMemory,
    readonly index: number,
    private readonly optimizer: Adam,
    check?: () => void,
  ) {
    this.size = memory.size;
    this.named = parametersOf(optimizer);
    this.parameters = this.named.map(([, parameter]) => parameter);
    this.backend = this.parameters[0].backend;
    this.owners = ownersOf(this.parameters, this.size);
    this.own = [...this.owners.keys()].filter((i) => this.owners[i] === index);
    this.ownParameters = this.own.map((i) => this.parameters[i]);
    this.barrier = new Barrier(memory.barrier, memory.size, check);
    this.words = new Float64Array(memory.words);
    this.numbers = new Float64Array(memory.numbers);
    this.bytes = new Float64Array(memory.bytes);
    const { all, moments } = sizesOf(optimizer, this.size);
    const shelf = (on: ShelfMemory, sizes: number[][]) =>
      openShelf(on, index, this.backend, memory.memories, sizes);
    this.gradients = shelf(memory.gradients, all);
    this.values = shelf(memory.parameters, all);
    this.moment = shelf(memory.moments, moments);
  }

  async next(task: Task = 'step'): Promise<Task> {
    return TASKS[await this.say(TASKS.indexOf(task))];
  }

  async agree(yes: boolean): Promise<boolean> {
    return (await this.say(yes ? 1 : 0)) === 1;
  }

  private async say(word: number): Promise<number> {
    const place = this.takeTurn();
    if (this.index === 0) this.words[place] = word;
    await this.barrier.arrive();
    return this.words[place];
  }

  async sum(value: number): Promise<number> {
    const first = this.size * this.takeTurn();
    this.numbers[first + this.index] = value;
    await this.barrier.arrive();
    let total = 0;
    for (let member = 0; member < this.size; member++) total += this.numbers[first + member];
    return total;
  }

  private takeTurn(): 0 | 1 {
    const { turn } = this;
    this.turn = turn === 0 ? 1 : 0;
    return turn;
  }

  async sumGradients(loss: number): Promise<number> {
    const { usedBytes, reservedBytes } = memoryOf(this.backend);
    this.bytes.set([usedBytes, reservedBytes], 2 * this.index);
    await this.gradients.put(this.parameters.map(({ grad }) => grad));
    const total = await this.sum(loss);
    for (const i of this.own) this.sumGradient(i);
    return total;
  }

  /** Over those who have one; where nobody has, there is none. */
  private sumGradient(i: number): void {
    const parameter = this.parameters[i];
    scope(() => {
      let sum = parameter.grad;
      for (let member = 0; member < this.size; member++) {
        if (member === this.index || !this.gradients.has(member, i)) continue;
        const other = tensor(this.gradients.get(member, i), parameter.shape);
        sum = sum === null ? other : sum.add(other);
      }
      if (sum !== null) parameter.grad = sum;
    });
  }

  async clipScale(maxNorm: number | null): Promise<Tensor | null> {
    // Without a maxNorm too, all wait here: until then the others read this member's gradients.
    const square = maxNorm === null ? 0 : (await gradientNorm(this.ownParameters).takeItem()) ** 2;
    const norm = Math.sqrt(await this.sum(square));
    for (const [i, parameter] of this.parameters.entries()) {
      if (this.owners[i] !== this.index) parameter.zeroGrad();
    }
    if (maxNorm === null) return null;
    return full([], Math.min(1, maxNorm / (norm + 1e-6)));
  }

  async shareParameters(): Promise<void> {
    await this.values.put(this.parameters);
    await this.barrier.arrive();
    for (const [i, parameter] of this.parameters.entries()) {
      if (this.owners[i] === this.index) continue;
      this.backend.write(parameter.buffer, this.values.get(this.owners[i], i));
      parameter.markChanged();
    }
  }

  async moments(): Promise<Map<string, HostTensor>> {
    const { optimizer } = this;
    const { tensors } = optimizer.state(new Set(this.ownParameters));
    await this.moment.put([...tensors.values()]);
    await this.barrier.arrive();
    const all = new Map<string, HostTensor>();
    if (this.index !== 0) return all;
    const taken = new Array<number>(this.size).fill(0);
    for (const slot of optimizer.slots) {
      for (const [i, [name, { shape, dtype }]] of this.named.entries()) {
        const owner = this.owners[i];
        const data = this.moment.get(owner, taken[owner]++).slice();
        all.set(`${slot}/${name}`, { shape, dtype, data });
      }
    }
    return all;
  }

  memory(): MemoryUse[] {
    return Array.from({ length: this.size }, (_, member) => {
      const [usedBytes, reservedBytes] = this.bytes.subarray(2 * member);
      return { usedBytes, reservedBytes };
    });
  }
}
