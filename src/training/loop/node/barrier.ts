import { nextTurn } from '../event-loop.js';

/** How long a thread sleeps before it looks whether the others are still alive. */
const PATIENCE_MS = 50;

const ARRIVED = 0;
const GENERATION = 1;

/**
 * Where threads wait for each other. Every thread makes its own around the same shared memory.
 * Explained in docs/learn/13-threads-and-gpu.md.
 */
export class Barrier {
  static readonly BYTES = 8;
  private readonly words: Int32Array<SharedArrayBuffer>;

  /** @param check - throws when waiting has become pointless, because another thread died. */
  constructor(
    memory: SharedArrayBuffer,
    private readonly threads: number,
    private readonly check: () => void = () => {},
  ) {
    this.words = new Int32Array(memory, 0, 2);
  }

  /** Resolves when all threads have arrived. */
  async arrive(): Promise<void> {
    const { words } = this;
    const generation = Atomics.load(words, GENERATION);
    if (Atomics.add(words, ARRIVED, 1) === this.threads - 1) {
      Atomics.store(words, ARRIVED, 0);
      Atomics.add(words, GENERATION, 1);
      Atomics.notify(words, GENERATION);
      return;
    }
    // Sleeping costs less than spinning and, unlike a promise, wakes within microseconds. The event loop gets its
    // turn only when something is late: it is what would bring the news that a thread died.
    // Only the count tells: the call that wakes the sleepers of one round may come so late that they sleep in the next.
    while (Atomics.load(words, GENERATION) === generation) {
      if (Atomics.wait(words, GENERATION, generation, PATIENCE_MS) !== 'timed-out') continue;
      await nextTurn();
      // In that turn the last may have arrived, done all that was left for it to do, and ended.
      if (Atomics.load(words, GENERATION) === generation) this.check();
    }
  }
}
