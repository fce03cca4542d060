/** Programs that go through an array row by row. Explained in docs/gpu.md. */
import { type Shape, sizeOf } from '../../../shape.js';
import { type Program, program } from './program.js';

/** An array seen as [outer, length, inner]: rows of `length` elements, `inner` apart. */
export type View = readonly [outer: number, length: number, inner: number];

/** The rows along the axes `first` to `last`. */
export function viewOf(shape: Shape, first: number, last = first): View {
  return [sizeOf(shape.slice(0, first)), sizeOf(shape.slice(first, last + 1)), sizeOf(shape.slice(last + 1))];
}

/** The rows along the last axis. */
export function lastAxis(shape: Shape): View {
  return viewOf(shape, shape.length - 1);
}

/** Statements that find `first`, where row i begins; its elements are `inner` apart. */
export function rowStart([, length, inner]: View): string {
  return `  const outer = quotient(i, ${inner});
  const first = outer * ${length * inner} + i - outer * ${inner};`;
}

/** What a thread does with a row: `start`, then `each` with `at`, the position of every element in turn. */
export interface Pass {
  readonly start: string;
  readonly each: string;
}

/** One thread per row: makes its passes, one after the other, then returns `result`. */
export function perRow(
  name: string,
  parameters: string,
  view: View,
  passes: readonly Pass[],
  result: string,
): Program {
  const [, length, inner] = view;
  const loops = passes.map(
    ({ start, each }) => `  ${start}
  for (let k = 0; k < ${length}; k++) {
    const at = first + k * ${inner};
    ${each}
  }`,
  );
  return program(
    name,
    parameters,
    `${rowStart(view)}
${loops.join('\n')}
  return ${result};`,
  );
}

/** One thread per element: returns `result`, which may use `row`, the number of the row that it is in. */
export function perElement(
  name: string,
  parameters: string,
  [, length, inner]: View,
  result: string,
): Program {
  const row =
    inner === 1
      ? `  const row = quotient(i, ${length});`
      : `  const outer = quotient(i, ${length * inner});
  const within = i - outer * ${length * inner};
  const row = outer * ${inner} + within - quotient(within, ${inner}) * ${inner};`;
  return program(name, parameters, `${row}\n  return ${result};`);
}
