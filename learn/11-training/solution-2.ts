/** Chapter 11, exercise 2, solved. */

/** s moves by the learning rate; what acts is s·(init/scale). */
export function move(learningRate: number, init: number, scale: number): number {
  return learningRate * (init / scale);
}

/** The move over init is learningRate/scale. */
export function scaleFor(learningRate: number, share: number): number {
  return learningRate / share;
}

/** d squares of one size sum to 1, so an entry is of the size 1/√d, and moves by the learning rate. */
export function shareOfEntry(learningRate: number, d: number): number {
  return learningRate * Math.sqrt(d);
}
