/** Threads that are simulated, so that every order of their steps can be tried: exercise 1 of chapter 13. */

/** What a thread does: at each `yield` any of the others may go on before it does. */
export type Steps<T = void> = Generator<void, T, void>;

/** Memory that all threads see: whole numbers, 0 at first. An operation is never interrupted; between two anything may happen. */
export class Words {
  private readonly values: number[];

  constructor(length: number) {
    this.values = new Array<number>(length).fill(0);
  }

  /** The value of word `i`, as `Atomics.load` gives it. */
  *load(i: number): Steps<number> {
    yield;
    return this.values[i];
  }

  /** Sets word `i`, as `Atomics.store` does. */
  *store(i: number, value: number): Steps {
    yield;
    this.values[i] = value;
  }

  /** Adds to word `i`, and gives its value *before*, as `Atomics.add` does. */
  *add(i: number, amount: number): Steps<number> {
    yield;
    const before = this.values[i];
    this.values[i] += amount;
    return before;
  }

  /** Loads word `i` again and again until it is as wanted. */
  *until(i: number, isWanted: (value: number) => boolean): Steps {
    while (!isWanted(yield* this.load(i)));
  }
}

/**
 * Runs threads in turns: `choose` picks one of those that are not at their end, and it takes a step.
 * @returns whether all came to their ends within `most` steps
 */
export function runThreads(
  threads: readonly Steps[],
  choose: (left: number) => number,
  most: number,
): boolean {
  const running = [...threads];
  for (let steps = 0; running.length > 0 && steps < most; steps++) {
    const chosen = choose(running.length);
    if (running[chosen].next().done) running.splice(chosen, 1);
  }
  return running.length === 0;
}
