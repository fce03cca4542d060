/** Sums, largest values, their places and running sums in plain loops, in double. */
import type { Kernels, Operand } from '../../backend.js';
import { reducedShape, type Shape, sizeOf, stridesOf } from '../../shape.js';
import type { Memory } from './runtime/memory.js';
import { exceeds, positions, rowsAlong } from './runtime/positions.js';

type ReduceKernels = Pick<Kernels, 'sum' | 'max' | 'argmax' | 'cumsum'>;

export function reduceKernels(memory: Memory): ReduceKernels {
  /** Starts every result at `initial` and combines each element of x into the one it belongs to, in double. */
  function reduce(
    x: Operand,
    axes: readonly number[],
    initial: number,
    combine: (sofar: number, value: number) => number,
  ) {
    const values = memory.values(x.buffer);
    const totals = new Float64Array(sizeOf(reducedShape(x.shape, axes, true))).fill(initial);
    const target = positions(x.shape, reducingStrides(x.shape, axes));
    for (let i = 0; i < values.length; i++) totals[target[i]] = combine(totals[target[i]], values[i]);
    const result = memory.allocate(x.dtype, totals.length);
    memory.values(result).set(totals);
    return result;
  }

  return {
    sum: (x, axes) => reduce(x, axes, 0, (total, value) => total + value),

    max: (x, axes) => reduce(x, axes, Number.NEGATIVE_INFINITY, Math.max),

    argmax(x, axis) {
      const values = memory.values(x.buffer);
      const { firsts, length, stride } = rowsAlong(x.shape, axis);
      const result = memory.allocate('int32', firsts.length);
      const y = memory.values(result);
      firsts.forEach((first, row) => {
        let best = 0;
        for (let i = 1; i < length; i++) {
          if (exceeds(values[first + i * stride], values[first + best * stride])) best = i;
        }
        y[row] = best;
      });
      return result;
    },

    cumsum(x, axis, reverse) {
      const values = memory.values(x.buffer);
      const { firsts, length, stride } = rowsAlong(x.shape, axis);
      const result = memory.allocate(x.dtype, values.length);
      const y = memory.values(result);
      for (const first of firsts) {
        let total = 0;
        for (let i = 0; i < length; i++) {
          const at = first + (reverse ? length - 1 - i : i) * stride;
          total += values[at];
          y[at] = total;
        }
      }
      return result;
    },
  };
}

/** The strides of the reduced array seen from x: 0 along the axes that are gone. */
function reducingStrides(shape: Shape, axes: readonly number[]): number[] {
  const strides = stridesOf(reducedShape(shape, axes, true));
  return strides.map((stride, axis) => (axes.includes(axis) ? 0 : stride));
}
