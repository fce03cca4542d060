import type { Buffer, Kernels, Operand } from '../../backend.js';
import { broadcastStrides, type Shape, sizeOf, stridesOf } from '../../shape.js';
import type { Memory } from './runtime/memory.js';
import { positions } from './runtime/positions.js';

type MovementKernels = Pick<
  Kernels,
  'permute' | 'slice' | 'concat' | 'pad' | 'fill' | 'copy' | 'assignInPlace'
>;

/** Nothing is computed here: every kernel says where each element comes from, or where it goes. */
export function movementKernels(memory: Memory): MovementKernels {
  /** Element i of the result is x[from[i]]. */
  function take(x: Operand, from: Uint32Array): Buffer {
    const values = memory.values(x.buffer);
    const result = memory.allocate(x.dtype, from.length);
    const y = memory.values(result);
    for (let i = 0; i < from.length; i++) y[i] = values[from[i]];
    return result;
  }

  /** Writes x as a box into `target`, an array of `shape`, its first element at index `corner`. */
  function place(x: Operand, target: Buffer, shape: Shape, corner: readonly number[]): void {
    const values = memory.values(x.buffer);
    const y = memory.values(target);
    const to = positions(x.shape, stridesOf(shape), startOf(shape, corner));
    for (let i = 0; i < to.length; i++) y[to[i]] = values[i];
  }

  function fill(shape: Shape, value: number, dtype: Operand['dtype']): Buffer {
    const result = memory.allocate(dtype, sizeOf(shape));
    memory.values(result).fill(value);
    return result;
  }

  return {
    permute(x, axes) {
      const strides = stridesOf(x.shape);
      const shape = axes.map((axis) => x.shape[axis]);
      return take(
        x,
        positions(
          shape,
          axes.map((axis) => strides[axis]),
        ),
      );
    },

    slice(x, starts, stops) {
      const shape = stops.map((stop, axis) => stop - starts[axis]);
      return take(x, positions(shape, stridesOf(x.shape), startOf(x.shape, starts)));
    },

    concat(xs, axis) {
      const along = xs.reduce((total, x) => total + x.shape[axis], 0);
      const shape = xs[0].shape.map((length, i) => (i === axis ? along : length));
      const result = memory.allocate(xs[0].dtype, sizeOf(shape));
      let done = 0;
      for (const x of xs) {
        const corner = shape.map((_, i) => (i === axis ? done : 0));
        place(x, result, shape, corner);
        done += x.shape[axis];
      }
      return result;
    },

    pad(x, before, after, value) {
      const shape = x.shape.map((length, axis) => before[axis] + length + after[axis]);
      const result = fill(shape, value, x.dtype);
      place(x, result, shape, before);
      return result;
    },

    fill,

    copy: (x, shape) => take(x, positions(shape, broadcastStrides(x.shape, shape))),

    assignInPlace(target, source) {
      memory.values(target.buffer).set(memory.values(source.buffer));
    },
  };
}

/** The position of one index in an array of `shape`. */
function startOf(shape: Shape, index: readonly number[]): number {
  return stridesOf(shape).reduce((position, stride, axis) => position + stride * index[axis], 0);
}
