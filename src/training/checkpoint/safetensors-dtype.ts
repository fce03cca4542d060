/** The element types of the format, and which of them there is room for here. */
import type { DType } from '../../tensor/index.js';

/** Bits per element of every dtype that the format's own library knows (safetensors 0.8). */
export const DTYPE_BITS = {
  ...{ F64: 64, F32: 32, F16: 16, BF16: 16 },
  ...{ I64: 64, I32: 32, I16: 16, I8: 8, U64: 64, U32: 32, U16: 16, U8: 8, BOOL: 8 },
  ...{ F8_E4M3: 8, F8_E5M2: 8, F8_E8M0: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8 },
  ...{ F6_E2M3: 6, F6_E3M2: 6, F4: 4, C64: 64 },
} as const;

/** The name of an element type in a safetensors file, such as `F32`. */
export type SafetensorsDtype = keyof typeof DTYPE_BITS;

export function isDtype(name: string): name is SafetensorsDtype {
  return Object.hasOwn(DTYPE_BITS, name);
}

/** What our own dtypes are called in a file. */
export const WRITTEN_DTYPE = {
  float32: 'F32',
  float64: 'F64',
  int32: 'I32',
} as const satisfies Record<DType, SafetensorsDtype>;
