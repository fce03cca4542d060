/** Where every buffer of a training step lies in the memory of WebAssembly, and from when to when: watched while it runs. */
import {
  type Backend,
  createModel,
  createOptimizer,
  Generator,
  modelConfig,
  scope,
  tensor,
} from '../../../src/index.js';
import { blockSize, type WasmBuffer } from '../../../src/tensor/backends/wasm/runtime/memory.js';
import { computed } from '../base/engine.js';
import { watched } from '../base/watch.js';

export const PHASES = ['forward', 'backward', 'update'] as const;
export type Phase = (typeof PHASES)[number];

/** A buffer, as a block of addresses over some of the moments of the step. */
export interface Block {
  readonly madeBy: string;
  /** What made it; `before` is what was there already: parameters and the optimizer's moments. */
  readonly phase: Phase | 'before';
  readonly address: number;
  readonly bytes: number;
  /** What the allocator really hands out for so many bytes. */
  readonly size: number;
  /** The moments at which it was made, −1 if before all, and freed; past the last if it stays. */
  readonly born: number;
  readonly died: number;
}

export interface StepMemory {
  readonly blocks: readonly Block[];
  /** A buffer was made or freed at each; bytes in live buffers after it, by the backend's own count. */
  readonly bytes: readonly number[];
  /** The moment at which each phase begins. */
  readonly begins: Readonly<Record<Phase, number>>;
  /** The lowest address in use, and the end of the highest that ever was, after this step and before it. */
  readonly lowest: number;
  readonly end: number;
  readonly endBefore: number;
}

const BATCH = 2;
const CONFIG = { vocabSize: 27, blockSize: 16, nLayer: 1, nHead: 2, nEmbd: 32 };

/** The third training step of a very small nGPT. */
export function measureStep(on: Backend): StepMemory {
  const { backend, lives, events } = watched(on);
  const addressOf = (life: (typeof lives)[number]) => (life.buffer as WasmBuffer).address;
  const endOf = () => lives.reduce((end, life) => Math.max(end, addressOf(life) + blockSize(life.bytes)), 0);
  return computed(backend, () => {
    const generator = new Generator(1);
    const model = createModel(modelConfig(CONFIG), generator);
    const optimizer = createOptimizer(model, { learningRate: 0.01 });
    const tokens = () =>
      Int32Array.from({ length: BATCH * CONFIG.blockSize }, () => generator.integer(CONFIG.vocabSize));
    const step = () => {
      const begins: Record<Phase, number> = { forward: events.length, backward: 0, update: 0 };
      scope(() => {
        const [inputs, targets] = [tokens(), tokens()].map((each) => tensor(each, [BATCH, CONFIG.blockSize]));
        const loss = model.loss(inputs, targets);
        begins.backward = events.length;
        loss.backward();
        begins.update = events.length;
        optimizer.step();
        optimizer.zeroGrad();
      });
      return begins;
    };
    // The first leaves the optimizer's moments in places that the second then has to find elsewhere.
    step();
    step();
    const [first, endBefore] = [events.length, endOf()];
    const begun = step();
    const last = events.length;
    const begins = { forward: 0, backward: begun.backward - first, update: begun.update - first };
    const there = lives.filter(({ died }) => died === null || died >= first);
    const blocks = there.map((life): Block => {
      const { madeBy, bytes, born, died } = life;
      const moment = born < first ? -1 : born - first;
      const until = died === null || died >= last ? last - first : died - first;
      const phase = moment < 0 ? 'before' : phaseOf(moment, begins);
      return {
        madeBy,
        phase,
        address: addressOf(life),
        bytes,
        size: blockSize(bytes),
        born: moment,
        died: until,
      };
    });
    const lowest = Math.min(...blocks.map(({ address }) => address));
    const bytes = events.slice(first, last).map((event) => event.bytes);
    return { blocks, bytes, begins, lowest, end: endOf(), endBefore };
  });
}

function phaseOf(moment: number, begins: Readonly<Record<Phase, number>>): Phase {
  if (moment >= begins.update) return 'update';
  return moment >= begins.backward ? 'backward' : 'forward';
}

export function phaseAt({ begins }: StepMemory, moment: number): Phase {
  return phaseOf(moment, begins);
}

export function isLive({ born, died }: Block, moment: number): boolean {
  return born <= moment && moment < died;
}

/** Blocks of one size: in use, and waiting in the list of that size. */
export interface SizeClass {
  readonly size: number;
  readonly live: number;
  readonly free: number;
}

/** What the allocator has at a moment, by size: a place that any block of the step uses is in use or in its list. */
export function sizesAt({ blocks }: StepMemory, moment: number): SizeClass[] {
  const sizes = [...new Set(blocks.map(({ size }) => size))].sort((a, b) => a - b);
  return sizes.map((size) => {
    const own = blocks.filter((block) => block.size === size);
    const live = new Set(own.filter((block) => isLive(block, moment)).map(({ address }) => address));
    const known = new Set(own.map(({ address }) => address));
    return { size, live: live.size, free: known.size - live.size };
  });
}
