/** Reductions as shaders: long axes in stages, a thread for each part. Explained in docs/gpu.md. */
import type { Buffer, Kernels, Operand } from '../../backend.js';
import { sizeOf } from '../../shape.js';
import type { Device } from './runtime/device.js';
import { rowStart, type View, viewOf } from './runtime/per-row.js';
import { type Program, program } from './runtime/program.js';

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

/** What is combined over the middle of [outer, length, inner]. */
export interface Terms {
  /** For errors. */
  readonly name: string;
  readonly inputs: readonly Operand[];
  /** The inputs' names, in their order. */
  readonly parameters: string;
  /** One term, made of the inputs at `at`; where inner is 1, also of inputs with one number per row, at `outer`. */
  readonly term: string;
}

/** The sum of the terms: [outer, inner]. */
export function sumMiddle(device: Device, terms: Terms, view: View): Operand {
  return reduceMiddle(device, terms, view, ADD);
}

/** The largest of the terms: [outer, inner]. */
export function maxMiddle(device: Device, terms: Terms, view: View): Operand {
  return reduceMiddle(device, terms, view, LARGER);
}

/** In stages: the first makes the terms, the later ones combine what comes of it. */
function reduceMiddle(device: Device, terms: Terms, view: View, combine: Combine): Operand {
  const [outer, length, inner] = view;
  const { dtype } = terms.inputs[0];
  const stages = Math.ceil(length / STAGE);
  const isLast = stages <= 1;
  const shape = [outer, isLast ? 1 : stages, inner];
  const kernel = reduction(terms, view, isLast ? length : STAGE, combine);
  const partial = { buffer: device.launch(kernel, terms.inputs, dtype, sizeOf(shape)), shape, dtype };
  if (isLast) return partial;
  const result = reduceMiddle(device, values(terms.name, partial), [outer, stages, inner], combine);
  device.freeAll(partial);
  return result;
}

/** The elements of x as they are. */
function values(name: string, x: Operand): Terms {
  return { name, inputs: [x], parameters: 'x', term: 'x[at]' };
}

/**
 * Running sums in stages too: of every stage by itself, then with the sum of the stages before it added, which are the
 * running sums of their totals.
 */
function runningSums(device: Device, x: Operand, view: View, reverse: boolean): Operand {
  const [outer, length, inner] = view;
  const within = device.compute(withinStages(view, reverse), [x], x.shape);
  const full = Math.ceil(length / STAGE) - 1;
  if (full <= 0) return within;
  const stages: View = [outer, full, inner];
  const totals = device.compute(stageTotals(view, full, reverse), [within], stages);
  const before = runningSums(device, totals, stages, false);
  const result = device.compute(withStagesBefore(view, full, reverse), [within, before], x.shape);
  device.freeAll(within, totals, before);
  return result;
}

export function reduceKernels(device: Device): Pick<Kernels, 'sum' | 'max' | 'argmax' | 'cumsum'> {
  /** One run of neighbouring axes after the other, from the last. */
  function reduce(name: 'sum' | 'max', x: Operand, axes: readonly number[]): Buffer {
    const combine = name === 'sum' ? ADD : LARGER;
    let { buffer, shape } = { buffer: device.share(x), shape: x.shape };
    for (const [first, last] of runsOf(axes).reverse()) {
      const terms = values(name, { buffer, shape, dtype: x.dtype });
      const result = reduceMiddle(device, terms, viewOf(shape, first, last), combine);
      device.free(buffer);
      buffer = result.buffer;
      shape = shape.map((length, axis) => (axis >= first && axis <= last ? 1 : length));
    }
    return buffer;
  }

  return {
    sum: (x, axes) => reduce('sum', x, axes),

    max: (x, axes) => reduce('max', x, axes),

    argmax(x, axis) {
      const view = viewOf(x.shape, axis);
      return device.launch(argmaxProgram(view), [x], 'int32', view[0] * view[2]);
    },

    cumsum(x, axis, reverse) {
      const sums = runningSums(device, x, viewOf(x.shape, axis), reverse);
      const result = device.share(sums, x.dtype);
      device.free(sums.buffer);
      return result;
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
function reduction(
  { name, parameters, term }: Terms,
  [, length, inner]: View,
  stage: number,
  combine: Combine,
): Program {
  // An empty axis sums to 0; the largest of nothing never comes here.
  if (length === 0) return program(name, parameters, '  return 0;');
  const stages = Math.ceil(length / stage);
  const last = length - stage * (stages - 1);
  // Row q = (outer, stage) begins after its stages before it, all full but the last of every outer row.
  return program(
    name,
    parameters,
    `  const q = quotient(i, ${inner});
  const outer = quotient(q, ${stages});
  const step = q - outer * ${stages};
  const first = (outer * ${length} + step * ${stage}) * ${inner} + i - q * ${inner};
  let count = ${stage};
  if (step === ${stages - 1}) count = ${last};
  let at = first;
  let total = ${term};
  for (let k = 1; k < ${stage}; k++) {
    if (k < count) {
      at = first + k * ${inner};
      const value = ${term};
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

/** Statements that find the row `q` of [outer, length] that i is in, and `at`, its place in the order of the sums. */
function placeInOrder([, length, inner]: View, reverse: boolean): string {
  return `  const q = quotient(i, ${inner});
  const outer = quotient(q, ${length});
  const at = ${reverse ? `outer * ${length} + ${length - 1} - q` : `q - outer * ${length}`};
  const stage = quotient(at, ${STAGE});`;
}

/** The sum of the elements of its stage up to each. */
function withinStages(view: View, reverse: boolean): Program {
  const [, length, inner] = view;
  return program(
    'cumsum',
    'x',
    `${placeInOrder(view, reverse)}
  const before = at - stage * ${STAGE};
  let total = x[i];
  for (let k = 1; k < ${Math.min(STAGE, length)}; k++) {
    if (k <= before) total += x[i ${reverse ? '+' : '-'} k * ${inner}];
  }
  return total;`,
  );
}

/** What the last element of each stage but the last has: [outer, full, inner]. */
function stageTotals([, length, inner]: View, full: number, reverse: boolean): Program {
  const last = `(q - outer * ${full}) * ${STAGE} + ${STAGE - 1}`;
  return program(
    'cumsum',
    'within',
    `  const q = quotient(i, ${inner});
  const outer = quotient(q, ${full});
  const last = ${reverse ? `${length - 1} - (${last})` : last};
  return within[(outer * ${length} + last) * ${inner} + i - q * ${inner}];`,
  );
}

function withStagesBefore(view: View, full: number, reverse: boolean): Program {
  const inner = view[2];
  return program(
    'cumsum',
    'within, before',
    `${placeInOrder(view, reverse)}
  if (stage === 0) return within[i];
  return within[i] + before[(outer * ${full} + stage - 1) * ${inner} + i - q * ${inner}];`,
  );
}
