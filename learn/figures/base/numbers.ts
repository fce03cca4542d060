/** Numbers as figures write them. */

/** With `digits` that count, and a real minus: `−0.4161`. */
export function shown(x: number, digits = 4): string {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? '∞' : '−∞';
  const size = Math.abs(x);
  const isPlain = size === 0 || (size >= 1e-4 && size < 1e6);
  const written = isPlain
    ? String(Number(size.toPrecision(Math.max(digits, Math.ceil(Math.log10(size + 1))))))
    : size
        .toExponential(digits - 2)
        .replace(/\.?0*e\+?/, 'e')
        .replace('e-', 'e−');
  return x < 0 ? `−${written}` : written;
}

/** `2`, `[1, 2]`, `[[1, 2], [3, 4]]`: nested as the shape says. */
export function shownTensor(
  values: ArrayLike<number>,
  shape: readonly number[],
  digits = shape.length === 0 ? 4 : 3,
): string {
  if (shape.length === 0) return shown(values[0], digits);
  const [length, ...rest] = shape;
  const size = rest.reduce((product, each) => product * each, 1);
  const parts = Array.from({ length }, (_, i) =>
    shownTensor(
      Array.from({ length: size }, (_, j) => values[i * size + j]),
      rest,
      digits,
    ),
  );
  return `[${parts.join(', ')}]`;
}
