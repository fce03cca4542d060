/** Singular values in plain loops, for tests: slow and simple. */
import { dot } from './plain.js';

/**
 * One-sided Jacobi: turns pairs of columns until all are orthogonal; their lengths are the singular values, descending.
 * @param columns - of a matrix with at least as many rows.
 */
export function jacobiSingularValues(columns: readonly (readonly number[])[]): number[] {
  const turned = columns.map((column) => [...column]);
  for (let sweep = 0; sweep < 60; sweep++) {
    for (let i = 0; i < turned.length; i++) {
      for (let j = 0; j < i; j++) [turned[i], turned[j]] = orthogonal(turned[i], turned[j]);
    }
  }
  return turned.map((column) => Math.sqrt(dot(column, column))).sort((a, b) => b - a);
}

function orthogonal(x: number[], y: number[]): [number[], number[]] {
  const [xx, yy, xy] = [dot(x, x), dot(y, y), dot(x, y)];
  if (xy === 0) return [x, y];
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return [
    x.map((value, i) => cosine * value + sine * y[i]),
    x.map((value, i) => cosine * y[i] - sine * value),
  ];
}
