import { type Backend, scope, tensor } from '../../../src/index.js';

/**
 * The first element of x + x that is wrong, or -1, for an x with more elements than one row of threads can have in
 * WebGPU (65,535 groups of 64) and than a texture of WebGL has in a row.
 */
export async function firstWrongOfMany(backend: Backend): Promise<number> {
  const values = Float32Array.from({ length: 2 ** 22 + 1 }, (_, i) => i);
  const doubled = scope(() => {
    const x = tensor(values, [values.length], { backend });
    return x.add(x);
  });
  const actual = await doubled.data();
  doubled.dispose();
  return actual.findIndex((value, i) => value !== 2 * i);
}
