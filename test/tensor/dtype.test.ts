import { describe, expect, it } from 'vitest';
import { DTypeError } from '../../src/index.js';
import {
  asTypedArray,
  BYTES_PER_ELEMENT,
  type DType,
  isFloat,
  requireFloat,
  requireInt,
  typedArray,
} from '../../src/tensor/dtype.js';

const ARRAYS = [
  ['float32', Float32Array],
  ['float64', Float64Array],
  ['int32', Int32Array],
] as const;

describe.each(ARRAYS)('%s', (dtype: DType, TypedArrayClass) => {
  it('is held in its own array type, zeroed', () => {
    const zeros = typedArray(dtype, 3);
    expect(zeros).toBeInstanceOf(TypedArrayClass);
    expect([...zeros]).toEqual([0, 0, 0]);
    expect(typedArray(dtype, 0).length).toBe(0);
    expect(zeros.BYTES_PER_ELEMENT).toBe(BYTES_PER_ELEMENT[dtype]);
  });

  it('takes values of any array type, its own as they are', () => {
    for (const values of [Float32Array.of(1, -2, 3), Float64Array.of(1, -2, 3), [1, -2, 3]]) {
      const converted = asTypedArray(values, dtype);
      expect(converted).toBeInstanceOf(TypedArrayClass);
      expect([...converted]).toEqual([1, -2, 3]);
    }
    const same = typedArray(dtype, 1);
    expect(asTypedArray(same, dtype)).toBe(same);
  });
});

describe('asTypedArray', () => {
  it('rounds to float32 and truncates to int32', () => {
    expect(asTypedArray([0.1], 'float32')[0]).toBe(Math.fround(0.1));
    expect(asTypedArray([0.1], 'float64')[0]).toBe(0.1);
    expect([...asTypedArray([1.9, -1.9, -0.5], 'int32')]).toEqual([1, -1, 0]);
  });
});

describe('what an op wants', () => {
  it('is told from the dtype', () => {
    expect(ARRAYS.map(([dtype]) => isFloat(dtype))).toEqual([true, true, false]);
    for (const dtype of ['float32', 'float64'] as const) {
      expect(() => requireFloat('exp', dtype)).not.toThrow();
      expect(() => requireInt('gather', 'indices', dtype)).toThrow(DTypeError);
    }
    expect(() => requireInt('gather', 'indices', 'int32')).not.toThrow();
    expect(() => requireFloat('exp', 'int32')).toThrow(DTypeError);
  });

  it('is said with what was given', () => {
    expect(() => requireFloat('exp', 'int32')).toThrow(
      "exp: wants a float tensor, got int32; use .cast('float32')",
    );
    expect(() => requireInt('gather', 'indices', 'float32')).toThrow(
      'gather: indices must be int32, got float32',
    );
  });
});
