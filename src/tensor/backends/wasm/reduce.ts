/** The host side of reductions: along rows or down columns, after the axes were brought together. */
import type { Kernels, Operand } from '../../backend.js';
import { sizeOf } from '../../shape.js';
import { permuteTo } from './movement.js';
import { addressOf, type Device } from './runtime/device.js';
import type { WasmExports } from './runtime/generated-exports.js';
import type { WasmBuffer } from './runtime/memory.js';

type RowKernel = WasmExports['sumRows' | 'maxRows'];
type ColumnKernel = WasmExports['sumColumns' | 'maxColumns'];

type ReduceKernels = Pick<Kernels, 'sum' | 'max' | 'argmax' | 'cumsum'>;

export function reduceKernels(device: Device): ReduceKernels {
  const { exports, memory } = device;

  /** Neighbouring axes are reduced as one, as columns or, if there is a kernel, rows; others are first brought to the end. */
  function reduce(x: Operand, axes: readonly number[], columns: ColumnKernel, rows?: RowKernel): WasmBuffer {
    const first = axes[0];
    const end = axes[axes.length - 1] + 1;
    if (end - first !== axes.length) {
      return withAxesLast(x, axes, (moved, lastAxes) => reduce(moved, lastAxes, columns, rows));
    }
    const outer = product(x, 0, first);
    const length = product(x, first, end);
    const inner = product(x, end, x.shape.length);
    const result = device.allocate(x.dtype, outer * inner);
    if (inner === 1 && rows !== undefined) rows(addressOf(x.buffer), result.address, outer, length);
    else columns(addressOf(x.buffer), result.address, outer, length, inner);
    return result;
  }

  function withAxesLast<R>(
    x: Operand,
    axes: readonly number[],
    f: (moved: Operand, lastAxes: readonly number[]) => R,
  ): R {
    const order = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const lastAxes = axes.map((_, i) => order.length + i);
    order.push(...axes);
    const buffer = permuteTo(device, x, order);
    const shape = order.map((axis) => x.shape[axis]);
    try {
      return f({ buffer, shape, dtype: x.dtype }, lastAxes);
    } finally {
      memory.release(buffer);
    }
  }

  function argmax(x: Operand, axis: number): WasmBuffer {
    const columns = x.shape[axis];
    if (product(x, axis + 1, x.shape.length) !== 1) {
      return withAxesLast(x, [axis], (moved) => argmax(moved, x.shape.length - 1));
    }
    const result = device.allocate('int32', x.buffer.length / columns);
    const kernel = x.dtype === 'int32' ? exports.argmaxInt : exports.argmaxRows;
    kernel(addressOf(x.buffer), result.address, result.length, columns);
    return result;
  }

  return {
    sum(x, axes) {
      if (x.dtype === 'int32') return reduce(x, axes, exports.sumInt);
      return reduce(x, axes, exports.sumColumns, exports.sumRows);
    },

    max(x, axes) {
      if (x.dtype === 'int32') return reduce(x, axes, exports.maxInt);
      return reduce(x, axes, exports.maxColumns, exports.maxRows);
    },

    argmax,

    cumsum(x, axis, reverse) {
      const outer = product(x, 0, axis);
      const inner = product(x, axis + 1, x.shape.length);
      const result = device.allocate(x.dtype, x.buffer.length);
      const kernel = x.dtype === 'int32' ? exports.cumsumInt : exports.cumsum;
      kernel(addressOf(x.buffer), result.address, outer, x.shape[axis], inner, reverse);
      return result;
    },
  };
}

/** Elements over the axes from `start` to `end` (exclusive). */
function product(x: Operand, start: number, end: number): number {
  return sizeOf(x.shape.slice(start, end));
}
