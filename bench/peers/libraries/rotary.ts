/**
 * Tables of rotary embedding, float32 [length, headDim]: x turns into x ⊙ cosine + swap(x) ⊙ sine, where swap exchanges the
 * two of each pair.
 */
export function rotaryTables(length: number, headDim: number): { cosine: Float32Array; sine: Float32Array } {
  const cosine = new Float32Array(length * headDim);
  const sine = new Float32Array(length * headDim);
  for (let position = 0; position < length; position++) {
    for (let i = 0; i < headDim; i++) {
      const angle = position * 10000 ** (-(i - (i % 2)) / headDim);
      cosine[position * headDim + i] = Math.cos(angle);
      sine[position * headDim + i] = i % 2 === 0 ? -Math.sin(angle) : Math.sin(angle);
    }
  }
  return { cosine, sine };
}
