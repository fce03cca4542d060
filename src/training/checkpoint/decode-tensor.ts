/** The bytes of a tensor in a safetensors file as a tensor on the host. */
import type { HostTensor } from '../../nn/index.js';
import { CheckpointError, type DType, type TypedArray } from '../../tensor/index.js';
import { shorten } from './file-names.js';
import type { SafetensorsDtype } from './safetensors-dtype.js';
import type { TensorInfo } from './safetensors-header.js';
import { BYTE_FLOATS, fromBrain, fromHalf } from './small-floats.js';

/**
 * A tensor from its bytes, which it takes over. Floats of up to 32 bits become float32, integers and truth values
 * int32, each exactly.
 * @throws CheckpointError naming a tensor that these cannot hold: integers beyond 32 bits, complex numbers, floats of
 * less than a byte (the format does not say how they are packed).
 */
export function decodeTensor(name: string, { dtype, shape }: TensorInfo, bytes: ArrayBuffer): HostTensor {
  try {
    const data = decode(dtype, bytes);
    return { dtype: dtypeOf(data), shape, data };
  } catch (cause) {
    if (!(cause instanceof Unreadable)) throw cause;
    throw new CheckpointError(
      `cannot read the tensor '${shorten(name)}' of dtype ${dtype} without loss: ${cause.message}`,
      { cause },
    );
  }
}

/** Why there is no tensor here that holds the same numbers. */
class Unreadable extends Error {}

function decode(dtype: SafetensorsDtype, bytes: ArrayBuffer): TypedArray {
  switch (dtype) {
    case 'F64':
      return new Float64Array(bytes);
    case 'F32':
      return new Float32Array(bytes);
    case 'F16':
      return Float32Array.from(new Uint16Array(bytes), fromHalf);
    case 'BF16':
      return fromBrain(new Uint16Array(bytes));
    case 'F8_E4M3':
    case 'F8_E5M2':
    case 'F8_E8M0':
    case 'F8_E4M3FNUZ':
    case 'F8_E5M2FNUZ': {
      const values = BYTE_FLOATS[dtype];
      return Float32Array.from(new Uint8Array(bytes), (bits) => values[bits]);
    }
    case 'I32':
      return new Int32Array(bytes);
    case 'I16':
      return Int32Array.from(new Int16Array(bytes));
    case 'U16':
      return Int32Array.from(new Uint16Array(bytes));
    case 'I8':
      return Int32Array.from(new Int8Array(bytes));
    case 'U8':
      return Int32Array.from(new Uint8Array(bytes));
    case 'BOOL':
      return Int32Array.from(new Uint8Array(bytes), truth);
    case 'U32':
      return narrowed(new Uint32Array(bytes));
    case 'I64':
      return narrowed(new BigInt64Array(bytes));
    case 'U64':
      return narrowed(new BigUint64Array(bytes));
    case 'C64':
      throw new Unreadable('there are no complex tensors here');
    case 'F6_E2M3':
    case 'F6_E3M2':
    case 'F4':
      throw new Unreadable('the format does not say how it is packed into bytes');
  }
}

function truth(byte: number): number {
  if (byte > 1) throw new Unreadable(`it holds ${byte}, which is neither 0 nor 1`);
  return byte;
}

function narrowed(values: Uint32Array | BigInt64Array | BigUint64Array): Int32Array {
  const narrow = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    // Where this rounds, it is beyond int32 by far.
    const value = Number(values[i]);
    narrow[i] = value;
    if (narrow[i] !== value) throw new Unreadable(`it holds ${values[i]}, beyond int32`);
  }
  return narrow;
}

function dtypeOf(data: TypedArray): DType {
  if (data instanceof Float32Array) return 'float32';
  return data instanceof Float64Array ? 'float64' : 'int32';
}
