/** The walks of the kernels that move elements, with as few axes as will do. */

/**
 * The axes that a copy walks over, outermost first, as the kernels read them: for each its size, its stride in
 * the source and its stride in the target, counted in elements.
 */
export type Walk = number[];

/** Numbers that a walk has for each axis. */
export const PER_AXIS = 3;

/**
 * A walk with as few axes as possible: those of size 1 fall away, and an axis whose steps go on where its inner
 * neighbour ends becomes one with it.
 */
export function walkOf(shape: readonly number[], source: readonly number[], target: readonly number[]): Walk {
  const walk: Walk = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis];
    if (size === 1) continue;
    const outer = walk.length - PER_AXIS;
    const continues =
      outer >= 0 && walk[outer + 1] === size * source[axis] && walk[outer + 2] === size * target[axis];
    if (continues) {
      walk[outer] *= size;
      walk[outer + 1] = source[axis];
      walk[outer + 2] = target[axis];
    } else {
      walk.push(size, source[axis], target[axis]);
    }
  }
  return walk;
}

/**
 * Where the target runs along one axis and the source along another, moves the latter next to the former at the
 * end: the copy is a transpose of these two. Returns false where it is not.
 */
export function arrangeTranspose(walk: Walk): boolean {
  const last = walk.length - PER_AXIS;
  // A stride of 0 repeats one element, which is a fill rather than a transpose.
  if (last < PER_AXIS || walk[last + 1] <= 1 || walk[last + 2] !== 1) return false;
  for (let axis = 0; axis < last; axis += PER_AXIS) {
    if (walk[axis + 1] !== 1) continue;
    walk.splice(last - PER_AXIS, 0, ...walk.splice(axis, PER_AXIS));
    return true;
  }
  return false;
}
