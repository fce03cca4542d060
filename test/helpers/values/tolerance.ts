/** The one comparison of numbers, and the one way to say how far they may be off. Runs in browsers too. */
import { formatShape, type Shape, sameShape, type Tensor } from '../../../src/tensor/index.js';

/** A number, several, or several of a shape; a tensor has to be readable at once. */
export type Numbers = number | ArrayLike<number> | Tensor | Shaped;

interface Shaped {
  readonly shape: Shape;
  readonly values: ArrayLike<number>;
}

/** How far each element may be off: made by `ulps`, `absolute`, `relative` and `ofLargest`, or EXACT. */
export type Tolerance =
  | { readonly ulps: number }
  | { readonly share: number; readonly of: 'one' | 'each' | 'largest'; readonly atLeast: number };

/** Units in the last place of the expected value in float32. */
export const ulps = (count: number) => ({ ulps: sensible(count) }) as const;

/** The same number; zeros of both signs are the same. */
export const EXACT = ulps(0);

export const absolute = (bound: number): Tolerance => ({ share: sensible(bound), of: 'one', atLeast: 1 });

/** Relative to |expected|, or to `atLeast` where that is larger; 0 for a relative error at any size. */
export const relative = (share: number, atLeast = 1): Tolerance => ({
  share: sensible(share),
  of: 'each',
  atLeast: sensible(atLeast),
});

/**
 * Relative to the largest finite |expected|: for sums, where the error of one comes from the size of its terms. Where
 * terms may cancel, `atLeast` is their size.
 */
export const ofLargest = (share: number, atLeast = 1e-3): Tolerance => ({
  share: sensible(share),
  of: 'largest',
  atLeast: sensible(atLeast),
});

/** Where two sets of numbers first differ, and in what. */
export type Difference =
  | { readonly in: 'shape'; readonly actual: Shape; readonly expected: Shape }
  | {
      readonly in: 'element';
      readonly element: number;
      readonly actual: number;
      readonly expected: number;
      readonly allowed: number;
    };

/**
 * The first in which `actual` is not within the tolerance of `expected`, or null. NaN equals NaN and infinities equal
 * themselves, nothing else is near them. Shapes count where both have one, the number of elements always.
 */
export function firstDifference(actual: Numbers, expected: Numbers, tolerance: Tolerance): Difference | null {
  const [given, wanted] = [shaped(actual), shaped(expected)];
  if (given.shape && wanted.shape && !sameShape(given.shape, wanted.shape))
    return { in: 'shape', actual: given.shape, expected: wanted.shape };
  const [count, wantedCount] = [given.values.length, wanted.values.length];
  if (count !== wantedCount) return { in: 'shape', actual: [count], expected: [wantedCount] };
  const allowedFor = allowance(tolerance, wanted.values);
  for (let element = 0; element < wanted.values.length; element++) {
    const [a, e] = [given.values[element], wanted.values[element]];
    if (Object.is(a, e)) continue;
    const allowed = allowedFor(e);
    if (Number.isFinite(a) && Number.isFinite(e) && Math.abs(a - e) <= allowed) continue;
    return { in: 'element', element, actual: a, expected: e, allowed };
  }
  return null;
}

export function textOf(difference: Difference): string {
  if (difference.in === 'shape')
    return `shape ${formatShape(difference.actual)}, wanted ${formatShape(difference.expected)}`;
  const { element, actual, expected, allowed } = difference;
  return `element ${element}: ${actual}, wanted ${expected}, off by ${Math.abs(actual - expected)}, allowed ${allowed}`;
}

/** The distance between neighbouring float32 numbers at `value`; 0 at infinity. */
export function ulp(value: number): number {
  const magnitude = Math.abs(Math.fround(value));
  if (!Number.isFinite(magnitude)) return 0;
  const exponent = Math.max(-126, Math.floor(Math.log2(magnitude || 2 ** -126)));
  return 2 ** (exponent - 23);
}

/** What is allowed for an expected value among others. */
function allowance(tolerance: Tolerance, expected: ArrayLike<number>): (value: number) => number {
  if ('ulps' in tolerance) return (value) => tolerance.ulps * ulp(value);
  const { share, of, atLeast } = tolerance;
  if (of === 'one') return () => share * atLeast;
  if (of === 'each') return (value) => share * Math.max(atLeast, Math.abs(value));
  let largest = atLeast;
  for (let i = 0; i < expected.length; i++) {
    if (Number.isFinite(expected[i])) largest = Math.max(largest, Math.abs(expected[i]));
  }
  return () => share * largest;
}

/** Anything would be within an infinite tolerance, and what is equal within one that is no number. */
function sensible(bound: number): number {
  if (!(bound >= 0 && bound < Number.POSITIVE_INFINITY))
    throw new RangeError(`a tolerance must be finite and at least 0, got ${bound}`);
  return bound;
}

function shaped(x: Numbers): { readonly shape: Shape | null; readonly values: ArrayLike<number> } {
  if (typeof x === 'number') return { shape: null, values: [x] };
  if ('dataSync' in x) return { shape: x.shape, values: x.dataSync() };
  return 'shape' in x ? x : { shape: null, values: x };
}

export function valuesOf(x: Numbers): ArrayLike<number> {
  return shaped(x).values;
}
