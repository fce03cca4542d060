/** Chapter 12, exercise 2, solved. */
import type { Lanes } from './lanes.js';

const LANES = 4;

export function dot(machine: Lanes, a: number, b: number, length: number): number {
  let sums = machine.splat(0);
  let at = 0;
  for (; at + LANES <= length; at += LANES) {
    sums = machine.add(sums, machine.mul(machine.load(a + at), machine.load(b + at)));
  }
  if (at < length) {
    // Both sides: 0 times a stray NaN is NaN.
    const x = machine.first(machine.load(a + at), length - at);
    const y = machine.first(machine.load(b + at), length - at);
    sums = machine.add(sums, machine.mul(x, y));
  }
  return machine.sum(sums);
}
