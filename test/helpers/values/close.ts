/** What tests expect of numbers. */
import { expect } from 'vitest';
import { firstDifference, type Numbers, type Tolerance, textOf, valuesOf } from './tolerance.js';

/** Expects the same numbers, and the same shape where both have one, up to the tolerance. */
export function expectClose(actual: Numbers, expected: Numbers, tolerance: Tolerance, name?: string): void {
  const difference = firstDifference(actual, expected, tolerance);
  if (difference !== null) expect.fail([name, textOf(difference)].filter(Boolean).join(': '));
}

/** Expects every element, however many there are, to be the same number up to the tolerance. */
export function expectEach(actual: Numbers, expected: number, tolerance: Tolerance, name?: string): void {
  const values = valuesOf(actual);
  expectClose(
    values,
    Array.from(values, () => expected),
    tolerance,
    name,
  );
}

/** Expects finite numbers of one shape, some of which are further apart than the tolerance. */
export function expectApart(actual: Numbers, expected: Numbers, tolerance: Tolerance): void {
  expectFinite(actual);
  expectFinite(expected);
  const difference = firstDifference(actual, expected, tolerance);
  if (difference?.in !== 'element') expect.fail(difference ? textOf(difference) : 'no two are further apart');
}

/** Expects no NaN and no infinity: what two computations agree on is not yet a number. */
export function expectFinite(x: Numbers): void {
  const values = valuesOf(x);
  const at = Array.prototype.findIndex.call(values, (value) => !Number.isFinite(value));
  if (at >= 0) expect.fail(`element ${at}: ${values[at]}, wanted a finite number`);
}
