/** Floats of 16 and 8 bits as numbers: every value of theirs is one of float32's. */

/** IEEE half precision: 1 sign, 5 exponent and 10 fraction bits. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of a float32. */
export function fromBrain(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);
}

/**
 * The numbers that the 256 values of a byte stand for. E4M3 and E5M2 are those of Micikevicius et al. 2022
 * (arXiv 2209.05433), FNUZ those of Noune et al. 2022 (arXiv 2206.02915) with one NaN in place of −0, E8M0 the scale of
 * the OCP microscaling formats.
 */
export const BYTE_FLOATS = {
  // The upper half of a half.
  F8_E5M2: table((bits) => fromHalf(bits << 8)),
  F8_E4M3: table((bits) => ((bits & 0x7f) === 0x7f ? Number.NaN : finite(bits, 3, 7))),
  F8_E4M3FNUZ: table((bits) => (bits === 0x80 ? Number.NaN : finite(bits, 3, 8))),
  F8_E5M2FNUZ: table((bits) => (bits === 0x80 ? Number.NaN : finite(bits, 2, 16))),
  F8_E8M0: table((bits) => (bits === 0xff ? Number.NaN : 2 ** (bits - 127))),
} as const;

function table(value: (bits: number) => number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, bits) => value(bits));
}

/** One byte without values that mean something else. */
function finite(bits: number, fractionBits: number, bias: number): number {
  const sign = bits & 0x80 ? -1 : 1;
  const exponent = (bits & 0x7f) >> fractionBits;
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias);
  return sign * (1 + fraction) * 2 ** (exponent - bias);
}
