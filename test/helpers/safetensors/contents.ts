/** Random contents of safetensors files. */
import fc from 'fast-check';
import type { HostTensor } from '../../../src/nn/index.js';

const floats = fc.oneof(fc.float(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-45));

/** Of every dtype, rank 0 to 3, empty ones among them. */
export const hostTensor: fc.Arbitrary<HostTensor> = fc
  .tuple(
    fc.array(fc.nat({ max: 3 }), { maxLength: 3 }),
    fc.constantFrom('float32', 'float64', 'int32' as const),
  )
  .chain(([shape, dtype]) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const values = fc.array(dtype === 'int32' ? fc.integer() : floats, { minLength: size, maxLength: size });
    const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array };
    return values.map(
      (numbers) => ({ shape, dtype, data: arrays[dtype as 'float32'].from(numbers) }) as HostTensor,
    );
  });

/** Of tensors and of metadata, with those that are special to JavaScript's objects. */
export const fileName = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'constructor', '0', '10', '9', '-1', 'a.b/c', '', '\0\n"\\', '\u{1f40b}'),
);

/** Tensors and metadata, as entries of maps. */
export const fileContents = fc.record({
  tensors: fc.uniqueArray(fc.tuple(fileName, hostTensor), { selector: ([name]) => name, maxLength: 6 }),
  metadata: fc.uniqueArray(fc.tuple(fileName, fc.string({ unit: 'grapheme' })), {
    selector: ([name]) => name,
    maxLength: 4,
  }),
});
