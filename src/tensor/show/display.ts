/** Numbers as text, laid out as NumPy and PyTorch do. A shape and values in, text out: it knows no tensors. */
import { type DType, isFloat } from '../dtype.js';
import { type Shape, sizeOf, stridesOf } from '../shape.js';

/** No line of values is longer, and no array of more elements is shown in full; PyTorch's settings. */
export const LINE_WIDTH = 80;
const MOST_ELEMENTS = 1000;
/** How much of each end of a shortened axis is shown. */
const EDGE = 3;
/** Decimals of floats that are no whole numbers. */
const DECIMALS = 4;

/** Where an axis is cut. */
const GAP = null;

/**
 * The elements of an array of `shape`, row-major, between brackets and in columns:
 *
 *     [[ 1.0000, -0.2500],
 *      [ 0.5000,     NaN]]
 *
 * Above 1,000 elements long axes show three at either end and `...` between. What is shown decides on the notation:
 * whole floats as `1.`, others with four decimals, and in scientific notation when they are above 1e8, below 1e-4 or
 * differ by more than a factor of 1,000. Only the elements shown are looked at.
 */
export function formatValues(shape: Shape, values: ArrayLike<number>, dtype: DType): string {
  if (sizeOf(shape) === 0) return '[]';
  const places = shownPlaces(shape);
  const strides = stridesOf(shape);
  const shown = Array.from(offsetsOf(places, strides), (offset) => values[offset]);
  const write = notation(shown, dtype);
  const width = Math.max(...shown.map((value) => write(value).length));
  return bracketed(places, strides, (offset) => write(values[offset]).padStart(width), width);
}

/** For every axis the indices to show, with a gap where it is shortened. */
type Places = readonly (readonly (number | typeof GAP)[])[];

/**
 * The indices to show along every axis, with a gap where some are left out. Axes of few elements cannot be
 * shortened at their ends, so an array of many such axes is cut further, from the outside, to 1,000 elements.
 */
function shownPlaces(shape: Shape): Places {
  if (sizeOf(shape) <= MOST_ELEMENTS) return shape.map((length) => ends(length, length));
  const places: Places[number][] = [];
  let room = MOST_ELEMENTS;
  for (const length of [...shape].reverse()) {
    const count = Math.max(1, Math.min(length, 2 * EDGE, room));
    places.unshift(ends(length, count));
    room = Math.floor(room / count);
  }
  return places;
}

/** `count` of `length` indices: half of them from the start, the others from the end. */
function ends(length: number, count: number): Places[number] {
  const head = Math.ceil(count / 2);
  const indices: (number | typeof GAP)[] = Array.from({ length: count }, (_, i) =>
    i < head ? i : length - count + i,
  );
  if (count < length) indices.splice(head, 0, GAP);
  return indices;
}

/** Where the elements at those places lie. */
function* offsetsOf(places: Places, strides: readonly number[], axis = 0, offset = 0): Generator<number> {
  if (axis === places.length) yield offset;
  else {
    for (const index of places[axis]) {
      if (index !== GAP) yield* offsetsOf(places, strides, axis + 1, offset + index * strides[axis]);
    }
  }
}

function bracketed(
  places: Places,
  strides: readonly number[],
  cell: (offset: number) => string,
  width: number,
): string {
  const rank = places.length;
  // Brackets to both sides and a comma.
  const perLine = Math.max(1, Math.floor((LINE_WIDTH + 1 - 2 * rank) / (width + 2)));
  const build = (axis: number, offset: number): string => {
    if (axis === rank) return cell(offset);
    const parts = places[axis].map((index) =>
      index === GAP ? '...' : build(axis + 1, offset + index * strides[axis]),
    );
    const indent = ' '.repeat(axis + 1);
    if (axis === rank - 1) return `[${wrapped(parts, perLine).join(`,\n${indent}`)}]`;
    // Matrices stand apart by one empty line, stacks of matrices by two.
    return `[${parts.join(`,${'\n'.repeat(rank - 1 - axis)}${indent}`)}]`;
  };
  return build(0, 0);
}

function wrapped(cells: readonly string[], perLine: number): string[] {
  const lines: string[] = [];
  for (let i = 0; i < cells.length; i += perLine) lines.push(cells.slice(i, i + perLine).join(', '));
  return lines;
}

/** How to write numbers such as these. */
function notation(values: readonly number[], dtype: DType): (value: number) => string {
  if (!isFloat(dtype)) return String;
  const sizes = values.filter((value) => value !== 0 && Number.isFinite(value)).map(Math.abs);
  const largest = Math.max(...sizes);
  const smallest = Math.min(...sizes);
  const finite = finiteNotation(sizes.every(Number.isInteger), smallest, largest);
  return (value) => {
    if (!Number.isFinite(value)) return String(value);
    // JavaScript writes −0 as 0.
    return Object.is(value, -0) ? `-${finite(0)}` : finite(value);
  };
}

function finiteNotation(areWhole: boolean, smallest: number, largest: number): (value: number) => string {
  // True of no numbers at all, too.
  if (areWhole && largest <= 1e8) return (value) => `${value}.`;
  if (largest > 1e8 || smallest < 1e-4 || largest / smallest > 1000) return scientific;
  return (value) => value.toFixed(DECIMALS);
}

/** 1.5000e-07: exponents of two digits keep the columns. */
function scientific(value: number): string {
  return value.toExponential(DECIMALS).replace(/(?<=e[+-])(?=\d$)/, '0');
}
