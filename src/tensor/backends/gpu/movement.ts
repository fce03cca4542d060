import type { Buffer, Kernels, Operand } from '../../backend.js';
import { broadcastStrides, type Shape, sameShape, sizeOf, stridesOf } from '../../shape.js';
import type { Device } from './runtime/device.js';
import { indices, type Program, position, program } from './runtime/program.js';

type MovementKernels = Pick<
  Kernels,
  'permute' | 'slice' | 'concat' | 'pad' | 'fill' | 'copy' | 'assignInPlace'
>;

/** WebGPU promises a shader 8 buffers, one of which takes the result; WebGL2 promises 16 textures. */
const MAX_JOINED = 7;

/** Nothing is computed here: every thread says where its element comes from. Explained in docs/gpu.md. */
export function movementKernels(device: Device): MovementKernels {
  /** The elements of x at start + Σ index·stride, for all indices of `shape`. */
  function take(name: string, x: Operand, shape: Shape, strides: readonly number[], start = 0): Buffer {
    const body = `${indices(shape)}\n  return x[${position(strides, start)}];`;
    return device.launch(program(name, 'x', body), [x], x.dtype, sizeOf(shape));
  }

  /** Up to MAX_JOINED operands, none of them empty, in one launch. */
  function join(xs: readonly Operand[], axis: number): Operand {
    const { dtype } = xs[0];
    const along = xs.reduce((total, x) => total + x.shape[axis], 0);
    const shape = xs[0].shape.map((length, i) => (i === axis ? along : length));
    return { buffer: device.launch(concatProgram(xs, axis, along), xs, dtype, sizeOf(shape)), shape, dtype };
  }

  return {
    permute(x, axes) {
      const strides = stridesOf(x.shape);
      return take(
        'permute',
        x,
        axes.map((axis) => x.shape[axis]),
        axes.map((axis) => strides[axis]),
      );
    },

    slice(x, starts, stops) {
      const shape = stops.map((stop, axis) => stop - starts[axis]);
      const strides = stridesOf(x.shape);
      const start = starts.reduce((sum, index, axis) => sum + index * strides[axis], 0);
      return take('slice', x, shape, strides, start);
    },

    concat(xs, axis) {
      const full = xs.filter((x) => x.buffer.length > 0);
      if (full.length === 0) return device.share(xs[0]);
      let joined: Operand = { ...full[0], buffer: device.share(full[0]) };
      for (let i = 1; i < full.length; i += MAX_JOINED - 1) {
        const next = join([joined, ...full.slice(i, i + MAX_JOINED - 1)], axis);
        device.free(joined.buffer);
        joined = next;
      }
      return joined.buffer;
    },

    pad(x, before, after, value) {
      const shape = x.shape.map((length, axis) => before[axis] + length + after[axis]);
      return device.launch(padProgram(x, shape, before), [x], x.dtype, sizeOf(shape), [value]);
    },

    fill: (shape, value, dtype) => device.launch(FILL, [], dtype, sizeOf(shape), [value]),

    copy(x, shape) {
      if (sameShape(x.shape, shape)) return device.share(x);
      return take('copy', x, shape, broadcastStrides(x.shape, shape));
    },

    assignInPlace: (target, source) => device.assign(target.buffer, source.buffer),
  };
}

const FILL = program('fill', 'value', '  return value;');

/** Each operand [outer, length, inner] in turn answers for its part of the joined axis. */
function concatProgram(xs: readonly Operand[], axis: number, along: number): Program {
  const inner = sizeOf(xs[0].shape.slice(axis + 1));
  let done = 0;
  const parts = xs.map(({ shape }, part) => {
    const length = shape[axis];
    const read = `x${part}[(outer * ${length} + at - ${done}) * ${inner} + i - q * ${inner}]`;
    done += length;
    return part === xs.length - 1 ? `  return ${read};` : `  if (at < ${done}) return ${read};`;
  });
  const body = `  const q = quotient(i, ${inner});
  const outer = quotient(q, ${along});
  const at = q - outer * ${along};
${parts.join('\n')}`;
  return program('concat', xs.map((_, part) => `x${part}`).join(', '), body);
}

/** x inside the box that starts at `before`, `value` around it. */
function padProgram(x: Operand, shape: Shape, before: readonly number[]): Program {
  const strides = stridesOf(x.shape);
  const start = before.reduce((sum, length, axis) => sum - length * strides[axis], 0);
  const outside = x.shape.map(
    (length, axis) =>
      `  if (i${axis} < ${before[axis]} || i${axis} >= ${before[axis] + length}) return value;`,
  );
  const body = `${indices(shape)}\n${outside.join('\n')}\n  return x[${position(strides, start)}];`;
  return program('pad', 'x, value', body);
}
