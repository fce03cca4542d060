/** Chapter 13, exercise 1, solved. */
import type { Steps, Words } from '../13-threads-and-gpu/simulation.js';

const ARRIVED = 0;
const GENERATION = 1;

export function* arrive(words: Words, threads: number): Steps {
  // Before it is counted: as soon as it is, the last may come and go.
  const generation = yield* words.load(GENERATION);
  if ((yield* words.add(ARRIVED, 1)) === threads - 1) {
    // In this order: whoever sees the new generation may arrive again at once.
    yield* words.store(ARRIVED, 0);
    yield* words.add(GENERATION, 1);
    return;
  }
  yield* words.until(GENERATION, (now) => now !== generation);
}
