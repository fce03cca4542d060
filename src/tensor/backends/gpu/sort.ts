/** The order of elements along an axis, as shaders. Explained in docs/gpu.md. */
import type { Kernels } from '../../backend.js';
import type { Device } from './runtime/device.js';
import { type View, viewOf } from './runtime/per-row.js';
import { type Program, program } from './runtime/program.js';

/**
 * By counting: every element looks through its row for how many come before it. That takes as many reads as rows have
 * elements, for every element, in exchange for two launches whatever the size.
 */
export function sortKernels(device: Device): Pick<Kernels, 'argsort'> {
  return {
    argsort(x, axis, descending) {
      const view = viewOf(x.shape, axis);
      const ranks = device.compute(rankProgram(view, descending), [x], x.shape);
      const result = device.launch(placeProgram(view), [ranks], 'int32', x.buffer.length);
      device.free(ranks.buffer);
      return result;
    },
  };
}

/** Larger, where NaN is larger than every number. */
const exceeds = (a: string, b: string) => `(${a} > ${b} || (!(${a} === ${a}) && ${b} === ${b}))`;

/** Statements that find `own`, the place of i along the axis, and `first`, where its row begins. */
function place([, length, inner]: View): string {
  return `  const q = quotient(i, ${inner});
  const outer = quotient(q, ${length});
  const own = q - outer * ${length};
  const first = outer * ${length * inner} + i - q * ${inner};`;
}

/** How many of its row come before each element. */
function rankProgram(view: View, descending: boolean): Program {
  const [, length, inner] = view;
  const before = descending ? exceeds('other', 'value') : exceeds('value', 'other');
  const after = descending ? exceeds('value', 'other') : exceeds('other', 'value');
  return program(
    'argsort',
    'x',
    `${place(view)}
  const value = x[i];
  let rank = 0;
  for (let k = 0; k < ${length}; k++) {
    const other = x[first + k * ${inner}];
    if (${before}) rank += 1;
    if (k < own && !${before} && !${after}) rank += 1;
  }
  return rank;`,
  );
}

/** Which element has the rank of each place. */
function placeProgram(view: View): Program {
  const [, length, inner] = view;
  return program(
    'argsort',
    'ranks',
    `${place(view)}
  let found = 0;
  for (let k = 0; k < ${length}; k++) {
    if (ranks[first + k * ${inner}] === own) found = k;
  }
  return found;`,
  );
}
