import type { Buffer, Kernels, Operand } from '../../backend.js';
import { sizeOf } from '../../shape.js';
import type { Device } from './device.js';
import { type Program, program } from './program.js';
import { rowStart, type View, viewOf } from './rows.js';

/**
 * A thread combines this many elements at most. Longer axes take several stages, which keeps more threads busy,
 * and rounding errors small: float32 sums of sums of 256, not of everything in a row.
 */
const STAGE = 256;

/** How a result so far and one more value become one. */
type Combine = typeof ADD | typeof LARGER;
const ADD = 'total + value';
/** NaN is larger than everything; see elementwise.ts. */
const LARGER = 'value > total || !(value === value) ? value : total';

/** The sum of [outer, length, inner] over its middle, of what `element` makes of x[at]. */
export function sumMiddle(device: Device, x: Operand, view: View, element = 'x[at]'): Buffer {
  return reduceMiddle(device, x, view, ADD, element);
}

/** In stages: the first takes `element` of x[at], the later ones combine what comes of it. */
function reduceMiddle(
  device: Device,
  x: Operand,
  [outer, length, inner]: View,
  combine: Combine,
  element = 'x[at]',
): Buffer {
  const stages = Math.ceil(length / STAGE);
  const last = stages <= 1;
  const kernel = reduction([outer, length, inner], last ? length : STAGE, combine, element);
  const shape = [outer, last ? 1 : stages, inner];
  const buffer = device.launch(kernel, [x], x.dtype, sizeOf(shape));
  if (last) return buffer;
  const result = reduceMiddle(device, { buffer, shape, dtype: x.dtype }, [outer, stages, inner], combine);
  device.free(buffer);
  return result;
}

export function reduceKernels(device: Device): Pick<Kernels, 'sum' | 'max' | 'argmax'> {
  /** One run of neighbouring axes after the other, from the last. */
  function reduce(x: Operand, axes: readonly number[], combine: Combine): Buffer {
    let { buffer, shape } = { buffer: device.share(x), shape: x.shape };
    for (const [first, last] of runsOf(axes).reverse()) {
      const operand = { buffer, shape, dtype: x.dtype };
      const result = reduceMiddle(device, operand, viewOf(shape, first, last), combine);
      device.free(buffer);
      buffer = result;
      shape = shape.map((length, axis) => (axis >= first && axis <= last ? 1 : length));
    }
    return buffer;
  }

  return {
    sum: (x, axes) => reduce(x, axes, ADD),

    max: (x, axes) => reduce(x, axes, LARGER),

    argmax(x, axis) {
      const view = viewOf(x.shape, axis);
      return device.launch(argmaxProgram(view), [x], 'int32', view[0] * view[2]);
    },
  };
}

/** Sorted axes as runs of neighbours: [0, 2, 3] → [0, 0], [2, 3]. */
function runsOf(axes: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const axis of axes) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === axis - 1) run[1] = axis;
    else runs.push([axis, axis]);
  }
  return runs;
}

/** Combines up to `stage` elements of the middle axis: the result is [outer, ⌈length / stage⌉, inner]. */
function reduction([, length, inner]: View, stage: number, combine: Combine, element: string): Program {
  // An empty axis sums to 0; the largest of nothing never comes here.
  if (length === 0) return program('sum', 'x', '  return 0;');
  const stages = Math.ceil(length / stage);
  const last = length - stage * (stages - 1);
  const name = combine === ADD ? 'sum' : 'max';
  // Row q = (outer, stage) begins after its stages before it, all full but the last of every outer row.
  return program(
    name,
    'x',
    `  const q = quotient(i, ${inner});
  const outer = quotient(q, ${stages});
  const step = q - outer * ${stages};
  const first = (outer * ${length} + step * ${stage}) * ${inner} + i - q * ${inner};
  let count = ${stage};
  if (step === ${stages - 1}) count = ${last};
  let at = first;
  let total = ${element};
  for (let k = 1; k < ${stage}; k++) {
    if (k < count) {
      at = first + k * ${inner};
      const value = ${element};
      total = ${combine};
    }
  }
  return total;`,
  );
}

/** The first of the largest; NaN is larger than every number. */
function argmaxProgram(view: View): Program {
  const [, length, inner] = view;
  return program(
    'argmax',
    'x',
    `${rowStart(view)}
  let best = x[first];
  let at = 0;
  for (let k = 1; k < ${length}; k++) {
    const value = x[first + k * ${inner}];
    if (value > best || (!(value === value) && best === best)) {
      best = value;
      at = k;
    }
  }
  return at;`,
  );
}
