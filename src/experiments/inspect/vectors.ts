/** Vectors that lie one after the other in a flat array, in double precision. */

/** ‖x‖ of the d numbers from `start` on. */
export function lengthAt(x: ArrayLike<number>, start: number, d: number): number {
  let square = 0;
  for (let i = start; i < start + d; i++) square += x[i] ** 2;
  return Math.sqrt(square);
}

/** x·y of the d numbers from `a` on in x and from `b` on in y. */
export function dotAt(x: ArrayLike<number>, a: number, y: ArrayLike<number>, b: number, d: number): number {
  let sum = 0;
  for (let i = 0; i < d; i++) sum += x[a + i] * y[b + i];
  return sum;
}

/**
 * The angle between x and y, of the d numbers from `start` on: 2·atan(‖a − b‖ / ‖a + b‖) of their directions a and b,
 * which keeps its digits near 0 and π. A vector of length 0 has no direction: the angle is 0.
 */
export function angleAt(x: ArrayLike<number>, y: ArrayLike<number>, start: number, d: number): number {
  const [ofX, ofY] = [lengthAt(x, start, d), lengthAt(y, start, d)];
  if (ofX === 0 || ofY === 0) return 0;
  let [apart, together] = [0, 0];
  for (let i = start; i < start + d; i++) {
    const [a, b] = [x[i] / ofX, y[i] / ofY];
    apart += (a - b) ** 2;
    together += (a + b) ** 2;
  }
  return 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(together));
}
