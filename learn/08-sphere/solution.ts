/** Chapter 8, exercise 1, solved. */

type Row = readonly number[];
type Rows = readonly Row[];

export function sphereStep(h: Rows, target: Rows, alpha: Row): Rows {
  return h.map((from, row) => {
    const x = mixed(from, target[row], alpha);
    const n = Math.sqrt(dot(x, x));
    return x.map((each) => each / n);
  });
}

export function sphereStepBackward(g: Rows, h: Rows, target: Rows, alpha: Row) {
  const dAlpha = alpha.map(() => 0);
  const slopes = h.map((from, row) => {
    const x = mixed(from, target[row], alpha);
    const n = Math.sqrt(dot(x, x));
    const y = x.map((each) => each / n);
    const along = dot(y, g[row]);
    const dx = y.map((each, i) => (g[row][i] - each * along) / n);
    // All rows were moved by the same α: what comes from each is added up.
    dx.forEach((slope, i) => {
      dAlpha[i] += Math.sign(alpha[i]) * slope * (target[row][i] - from[i]);
    });
    return dx;
  });
  const dh = slopes.map((dx) => dx.map((slope, i) => (1 - Math.abs(alpha[i])) * slope));
  const dTarget = slopes.map((dx) => dx.map((slope, i) => Math.abs(alpha[i]) * slope));
  return { dh, dTarget, dAlpha };
}

/** x = h + |α| ⊙ (t − h). */
function mixed(h: Row, t: Row, alpha: Row): number[] {
  return h.map((from, i) => from + Math.abs(alpha[i]) * (t[i] - from));
}

function dot(a: Row, b: Row): number {
  return a.reduce((sum, each, i) => sum + each * b[i], 0);
}
