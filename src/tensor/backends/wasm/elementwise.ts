/** The host side of elementwise kernels: which loop suits the way that the operands broadcast. */
import type { BinaryOp, CompareOp, Kernels, Operand, UnaryOp } from '../../backend.js';
import type { DType } from '../../dtype.js';
import { type Shape, sizeOf } from '../../shape.js';
import { copyTo } from './movement.js';
import { addressOf, type Device } from './runtime/device.js';
import type { WasmExports } from './runtime/generated-exports.js';
import { layoutOf } from './runtime/layout.js';
import type { WasmBuffer } from './runtime/memory.js';

/** Of every op: the compiler names one that the assembly lacks. */
type UnaryKernel = WasmExports[UnaryOp];
type BinaryKernel = WasmExports[BinaryOp | CompareOp | `${CompareOp}Int`];

type ElementwiseKernels = Pick<Kernels, 'unary' | 'binary' | 'compare' | 'where' | 'affine' | 'cast'>;

export function elementwiseKernels(device: Device): ElementwiseKernels {
  const { exports, memory } = device;

  function runUnary(kernel: UnaryKernel, x: Operand, dtype: DType): WasmBuffer {
    const result = device.allocate(dtype, x.buffer.length);
    kernel(addressOf(x.buffer), result.address, result.length);
    return result;
  }

  function runBinary(kernel: BinaryKernel, a: Operand, b: Operand, shape: Shape, dtype: DType): WasmBuffer {
    const layout = layoutOf(shape, [a, b]);
    if (layout === null) {
      return withFullCopies(shape, [a, b], ([fullA, fullB]) => runBinary(kernel, fullA, fullB, shape, dtype));
    }
    const { rows, columns, strides, steps } = layout;
    const [from, and] = [addressOf(a.buffer), addressOf(b.buffer)];
    const result = device.allocate(dtype, rows * columns);
    kernel(from, and, result.address, rows, columns, strides[0], steps[0], strides[1], steps[1]);
    return result;
  }

  function runWhere(condition: Operand, a: Operand, b: Operand, shape: Shape): WasmBuffer {
    const layout = layoutOf(shape, [condition, a, b]);
    if (layout === null) {
      return withFullCopies(shape, [condition, a, b], ([c, fullA, fullB]) =>
        runWhere(c, fullA, fullB, shape),
      );
    }
    const { rows, columns, strides, steps } = layout;
    const result = device.allocate(a.dtype, rows * columns);
    exports.where(
      addressOf(condition.buffer),
      addressOf(a.buffer),
      addressOf(b.buffer),
      result.address,
      rows,
      columns,
      strides[0],
      steps[0],
      strides[1],
      steps[1],
      strides[2],
      steps[2],
    );
    return result;
  }

  /** Runs `f` on copies of those operands that repeat, written out in full; the rare case of odd broadcasting. */
  function withFullCopies<R>(
    shape: Shape,
    operands: readonly Operand[],
    f: (full: readonly Operand[]) => R,
  ): R {
    const copies: WasmBuffer[] = [];
    const full = operands.map((x): Operand => {
      if (x.buffer.length === sizeOf(shape)) return { buffer: x.buffer, shape, dtype: x.dtype };
      const buffer = copyTo(device, x, shape);
      copies.push(buffer);
      return { buffer, shape, dtype: x.dtype };
    });
    try {
      return f(full);
    } finally {
      for (const buffer of copies) memory.release(buffer);
    }
  }

  return {
    unary: (op, x) => runUnary(exports[op], x, 'float32'),

    binary: (op, a, b, shape) => runBinary(exports[op], a, b, shape, 'float32'),

    compare(op, a, b, shape) {
      const kernel = exports[a.dtype === 'int32' ? (`${op}Int` as const) : op];
      return runBinary(kernel, a, b, shape, 'int32');
    },

    where: runWhere,

    affine(x, scale, shift) {
      const result = device.allocate('float32', x.buffer.length);
      exports.affine(addressOf(x.buffer), result.address, result.length, scale, shift);
      return result;
    },

    cast(x, dtype) {
      if (dtype === x.dtype) return runUnary(exports.copy, x, dtype);
      return runUnary(x.dtype === 'int32' ? exports.intToFloat : exports.floatToInt, x, dtype);
    },
  };
}
