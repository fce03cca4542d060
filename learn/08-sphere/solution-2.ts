/** Chapter 8, exercise 2, solved. */

type Row = readonly number[];

export function slerp(a: Row, b: Row, t: number): Row {
  const theta = 2 * Math.atan2(length(b.map((x, i) => x - a[i])), length(b.map((x, i) => x + a[i])));
  const sine = Math.sin(theta);
  // Between equal vectors every weight will do that adds up to 1: the limit of sin(tθ)/sin θ is t.
  const weight = (share: number) => (sine === 0 ? share : Math.sin(share * theta) / sine);
  return a.map((x, i) => weight(1 - t) * x + weight(t) * b[i]);
}

function length(x: Row): number {
  return Math.hypot(...x);
}
