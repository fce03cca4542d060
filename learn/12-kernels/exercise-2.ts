/** Chapter 12, exercise 2: four numbers at a time. */
import { yoursToWrite } from '../exercises/check.js';
import type { Lanes } from './lanes.js';

/**
 * a·b of two vectors of `length` elements that begin at the positions `a` and `b` of the machine's memory, with its instructions:
 * for every four elements two loads, a multiplication and an addition. `length` need not be a multiple of four, and nobody
 * knows what stands in memory behind the last element.
 */
export function dot(machine: Lanes, a: number, b: number, length: number): number {
  return yoursToWrite('dot', machine, a, b, length);
}
