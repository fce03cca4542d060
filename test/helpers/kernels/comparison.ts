/** How the results of a kernel case on two backends compare; runs in browsers too. */
import { type Backend, scope, type Tensor, tensor, withBackend } from '../../../src/index.js';
import { firstDifference, type Tolerance, textOf } from '../values/tolerance.js';
import type { KernelCase, Values } from './kernel-values.js';

/** The results of a case on a backend, as plain numbers. */
export async function resultsOn(backend: Backend, { inputs, f }: KernelCase): Promise<ArrayLike<number>[]> {
  const tensors = withBackend(backend, () => scope(() => f(...inputs.map((x) => upload(backend, x)))));
  const results: ArrayLike<number>[] = [];
  for (const x of tensors) results.push(await x.data());
  for (const x of tensors) x.dispose();
  return results;
}

/** The first thing in which `actual` is not within the tolerance of `expected`, or null. */
export function disagreement(
  actual: readonly ArrayLike<number>[],
  expected: readonly ArrayLike<number>[],
  tolerance: Tolerance,
): string | null {
  if (actual.length !== expected.length) return `${actual.length} results, wanted ${expected.length}`;
  for (const [i, values] of actual.entries()) {
    const difference = firstDifference(values, expected[i], tolerance);
    if (difference !== null) return `result ${i}, ${textOf(difference)}`;
  }
  return null;
}

function upload(backend: Backend, { values, shape }: Values): Tensor {
  return tensor(values, shape, { dtype: values instanceof Int32Array ? 'int32' : backend.floatType });
}
