/** Chapter 11, exercise 2: how fast a scale learns. */
import { yoursToWrite } from '../exercises/check.js';

/** How far the *acting* value of a `Scale` moves in the first step of Adam: by the learning rate, its init and its scale. */
export function move(learningRate: number, init: number, scale: number): number {
  return yoursToWrite('move', learningRate, init, scale);
}

/** The scale with which one such step changes the acting value by `share` of itself: 0.02 for 2 %. */
export function scaleFor(learningRate: number, share: number): number {
  return yoursToWrite('scaleFor', learningRate, share);
}

/** The share of itself by which one step changes a typical entry of a unit vector of d entries: all are about as large. */
export function shareOfEntry(learningRate: number, d: number): number {
  return yoursToWrite('shareOfEntry', learningRate, d);
}
