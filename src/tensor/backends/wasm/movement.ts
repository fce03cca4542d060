/** The host side of the kernels that move elements. */
import type { Kernels, Operand } from '../../backend.js';
import type { DType } from '../../dtype.js';
import { broadcastStrides, type Shape, sizeOf, stridesOf } from '../../shape.js';
import { addressOf, type Device } from './runtime/device.js';
import type { WasmBuffer } from './runtime/memory.js';
import { arrangeTranspose, PER_AXIS, type Walk, walkOf } from './runtime/walk.js';

type MovementKernels = Pick<
  Kernels,
  'permute' | 'slice' | 'concat' | 'pad' | 'fill' | 'copy' | 'assignInPlace'
>;

/** What moves here is a walk over some axes with one set of strides in the source and one in the target. */
export function movementKernels(device: Device): MovementKernels {
  function fill(shape: Shape, value: number, dtype: DType): WasmBuffer {
    const result = device.allocate(dtype, sizeOf(shape));
    const kernel = dtype === 'int32' ? device.exports.fillInt : device.exports.fillFloat;
    kernel(result.address, result.length, value);
    return result;
  }

  /** Writes x as a box into `result`, an array of `shape`, its first element at index `corner`. */
  function place(x: Operand, result: WasmBuffer, shape: Shape, corner: readonly number[]): void {
    const strides = stridesOf(shape);
    const to = result.address + 4 * dot(corner, strides);
    move(device, addressOf(x.buffer), to, walkOf(x.shape, stridesOf(x.shape), strides));
  }

  return {
    permute: (x, axes) => permuteTo(device, x, axes),

    slice(x, starts, stops) {
      const shape = stops.map((stop, axis) => stop - starts[axis]);
      const strides = stridesOf(x.shape);
      const result = device.allocate(x.dtype, sizeOf(shape));
      const from = addressOf(x.buffer) + 4 * dot(starts, strides);
      move(device, from, result.address, walkOf(shape, strides, stridesOf(shape)));
      return result;
    },

    concat(xs, axis) {
      const shape = [...xs[0].shape];
      shape[axis] = xs.reduce((total, x) => total + x.shape[axis], 0);
      const result = device.allocate(xs[0].dtype, sizeOf(shape));
      const corner = new Array<number>(shape.length).fill(0);
      for (const x of xs) {
        place(x, result, shape, corner);
        corner[axis] += x.shape[axis];
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

    copy: (x, shape) => copyTo(device, x, shape),

    assignInPlace(target, source) {
      device.exports.copy(addressOf(source.buffer), addressOf(target.buffer), target.buffer.length);
    },
  };
}

/** x broadcast to `shape`, written out in full. */
export function copyTo(device: Device, x: Operand, shape: Shape): WasmBuffer {
  const result = device.allocate(x.dtype, sizeOf(shape));
  const walk = walkOf(shape, broadcastStrides(x.shape, shape), stridesOf(shape));
  move(device, addressOf(x.buffer), result.address, walk);
  return result;
}

/** Axis i of the result is axis `axes[i]` of x. */
export function permuteTo(device: Device, x: Operand, axes: readonly number[]): WasmBuffer {
  const strides = stridesOf(x.shape);
  const shape = axes.map((axis) => x.shape[axis]);
  const source = axes.map((axis) => strides[axis]);
  const result = device.allocate(x.dtype, x.buffer.length);
  move(device, addressOf(x.buffer), result.address, walkOf(shape, source, stridesOf(shape)));
  return result;
}

function move(device: Device, from: number, to: number, walk: Walk): void {
  const isTranspose = arrangeTranspose(walk);
  const kernel = isTranspose ? device.exports.transposeStrided : device.exports.copyStrided;
  kernel(from, to, device.stage(walk), walk.length / PER_AXIS);
}

function dot(index: readonly number[], strides: readonly number[]): number {
  let sum = 0;
  for (let axis = 0; axis < index.length; axis++) sum += index[axis] * strides[axis];
  return sum;
}
