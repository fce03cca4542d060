/** What the kernels have to compute, in double precision and plain loops. */
import type { CaseName } from './protocol.js';
import { type Inputs, input, matmulSize } from './workload.js';

/** The values wanted of a case, or null for `step`, of which there is no other definition than the contenders'. */
export function exactValues(name: CaseName, inputs: Inputs): Float64Array | null {
  if (name === 'step') return null;
  if (name === 'softmax') return perRow(input(inputs, 'softmax x'), softmaxRow);
  if (name === 'unit') return perRow(input(inputs, 'unit x'), unitRow);
  return product(input(inputs, `${name} a`).data, input(inputs, `${name} b`).data, matmulSize(name));
}

function product(a: ArrayLike<number>, b: ArrayLike<number>, size: number): Float64Array {
  const c = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k];
      for (let j = 0; j < size; j++) c[i * size + j] += factor * b[k * size + j];
    }
  }
  return c;
}

function perRow(
  { shape, data }: ReturnType<typeof input>,
  f: (row: Float64Array) => Float64Array,
): Float64Array {
  const width = shape[shape.length - 1];
  const result = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += width) {
    result.set(f(Float64Array.from(data.subarray(start, start + width))), start);
  }
  return result;
}

function softmaxRow(row: Float64Array): Float64Array {
  const most = Math.max(...row);
  const exponentials = row.map((x) => Math.exp(x - most));
  const sum = exponentials.reduce((total, x) => total + x, 0);
  return exponentials.map((x) => x / sum);
}

function unitRow(row: Float64Array): Float64Array {
  const norm = Math.hypot(...row);
  return row.map((x) => x / norm);
}
