/** Chapter 13, exercise 1: a barrier with a mistake. */
import type { Steps, Words } from '../13-threads-and-gpu/simulation.js';

const ARRIVED = 0;

/**
 * Where `threads` threads wait for each other, as often as they like: comes to its end when all of them have called it as
 * many times as this one. There are two words, and both are yours.
 */
export function* arrive(words: Words, threads: number): Steps {
  yield* words.add(ARRIVED, 1);
  yield* words.until(ARRIVED, (arrived) => arrived >= threads);
}
