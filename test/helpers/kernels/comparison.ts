/** How the results of a kernel case on two backends compare; runs in browsers too. */
import { type Backend, scope, type Tensor, tensor, withBackend } from '../../../src/index.js';
import type { KernelCase, Values } from './kernel-cases.js';

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
  tolerance: KernelCase['tolerance'],
): string | null {
  if (actual.length !== expected.length) return `${actual.length} results, wanted ${expected.length}`;
  for (const [i, values] of actual.entries()) {
    const wanted = expected[i];
    if (values.length !== wanted.length)
      return `result ${i}: ${values.length} elements, wanted ${wanted.length}`;
    const allowed = allowance(wanted, tolerance);
    for (let at = 0; at < values.length; at++) {
      const [a, e] = [values[at], wanted[at]];
      if (Object.is(a, e) || a === e) continue;
      // Written so that NaN fails.
      if (!(Math.abs(a - e) <= allowed(e))) {
        return `result ${i}, element ${at} of ${values.length}: ${a}, wanted ${e}, allowed ${allowed(e)}`;
      }
    }
  }
  return null;
}

function upload(backend: Backend, { values, shape }: Values): Tensor {
  return tensor(values, shape, { dtype: values instanceof Int32Array ? 'int32' : backend.floatType });
}

function allowance(
  expected: ArrayLike<number>,
  tolerance: KernelCase['tolerance'],
): (value: number) => number {
  if ('ulps' in tolerance) return (value) => tolerance.ulps * ulp(value);
  let largest = tolerance.terms ?? 1e-3;
  for (let i = 0; i < expected.length; i++) {
    if (Number.isFinite(expected[i])) largest = Math.max(largest, Math.abs(expected[i]));
  }
  return () => tolerance.relative * largest;
}

/** The distance between neighbouring float32 numbers at `value`. */
function ulp(value: number): number {
  const magnitude = Math.abs(Math.fround(value));
  if (!Number.isFinite(magnitude)) return 0;
  const exponent = Math.max(-126, Math.floor(Math.log2(magnitude || 2 ** -126)));
  return 2 ** (exponent - 23);
}
