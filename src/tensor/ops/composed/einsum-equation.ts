/** Reads the equations of `einsum`. */
import { ShapeError } from '../../errors.js';
import { formatShape, type Shape } from '../../shape.js';

/** What an axis is called: a letter, or for the axes of an ellipsis a dot and the place counted from the last. */
export type Label = string;

export interface Equation {
  /** The labels of the axes of every operand. */
  readonly operands: readonly (readonly Label[])[];
  readonly output: readonly Label[];
  /** The length of the axes of each label. */
  readonly lengths: ReadonlyMap<Label, number>;
}

/** Letters, an ellipsis among them or not. */
const TERM = /^([a-z]*)(?:(\.\.\.)([a-z]*))?$/i;

/** @throws ShapeError for an equation that cannot be read, or that does not fit the shapes. */
export function parseEquation(equation: string, shapes: readonly Shape[]): Equation {
  const [left, right, ...more] = equation.replaceAll(' ', '').split('->');
  if (more.length > 0) throw error(equation, "there is more than one '->'");
  const terms = left.split(',');
  if (terms.length !== shapes.length) {
    throw error(equation, `${count(terms.length, 'term')} for ${count(shapes.length, 'operand')}`);
  }
  const operands = terms.map((term, i) => labelsOf(equation, term, shapes[i]));
  const lengths = lengthsOf(equation, operands, shapes);
  const output = right === undefined ? impliedOutput(operands) : givenOutput(equation, right, operands);
  return { operands, output, lengths };
}

function labelsOf(equation: string, term: string, shape: Shape): Label[] {
  const [before, dots, after] = parts(equation, term);
  const hidden = shape.length - before.length - after.length;
  if (hidden < 0 || (!dots && hidden > 0)) {
    throw error(
      equation,
      `'${term}' has ${count(before.length + after.length, 'letter')} for the ${count(shape.length, 'axis', 'axes')} of ${formatShape(shape)}`,
    );
  }
  return [...before, ...ellipsis(hidden), ...after];
}

function lengthsOf(
  equation: string,
  operands: readonly (readonly Label[])[],
  shapes: readonly Shape[],
): Map<Label, number> {
  const lengths = new Map<Label, number>();
  for (const [i, labels] of operands.entries()) {
    for (const [axis, label] of labels.entries()) {
      const [length, known = 1] = [shapes[i][axis], lengths.get(label)];
      if (length !== 1 && known !== 1 && length !== known) {
        const name = label.startsWith('.') ? `axis ${-1 - Number(label.slice(1))} of '...'` : `'${label}'`;
        throw error(equation, `${name} has length ${known} and, in ${formatShape(shapes[i])}, ${length}`);
      }
      lengths.set(label, known === 1 ? length : known);
    }
  }
  return lengths;
}

/** The axes of ellipses, then in the order of the alphabet the letters that occur once. */
function impliedOutput(operands: readonly (readonly Label[])[]): Label[] {
  const all = operands.flat();
  const once = all.filter((label) => isLetter(label) && all.indexOf(label) === all.lastIndexOf(label));
  return [...longestEllipsis(operands), ...once.sort()];
}

function givenOutput(
  equation: string,
  term: string,
  operands: readonly (readonly Label[])[],
): readonly Label[] {
  const [before, dots, after] = parts(equation, term);
  const letters = [...before, ...after];
  const strange = letters.find((letter) => !operands.some((labels) => labels.includes(letter)));
  if (strange !== undefined) throw error(equation, `no operand has the '${strange}' of the output`);
  const twice = letters.find((letter, i) => letters.indexOf(letter) !== i);
  if (twice !== undefined) throw error(equation, `'${twice}' occurs twice in the output`);
  const hidden = longestEllipsis(operands);
  return [...before, ...(dots ? hidden : []), ...after];
}

/** Ellipses broadcast: the longest has the axes of all. */
function longestEllipsis(operands: readonly (readonly Label[])[]): Label[] {
  const lengths = operands.map((labels) => labels.filter((label) => !isLetter(label)).length);
  return ellipsis(Math.max(0, ...lengths));
}

function ellipsis(axes: number): Label[] {
  return Array.from({ length: axes }, (_, i) => `.${axes - 1 - i}`);
}

function isLetter(label: Label): boolean {
  return !label.startsWith('.');
}

function parts(equation: string, term: string): [before: string, dots: boolean, after: string] {
  const match = term.match(TERM);
  if (match === null) {
    throw error(
      equation,
      `'${term}' is no term; wanted is a letter for each axis, or '...' for some of them`,
    );
  }
  const [, before, dots, after = ''] = match;
  return [before, dots !== undefined, after];
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function error(equation: string, problem: string): ShapeError {
  return new ShapeError(`einsum '${equation}': ${problem}`);
}
