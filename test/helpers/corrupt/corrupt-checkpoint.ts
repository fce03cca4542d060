/** Well-formed safetensors files that are broken or hostile as checkpoints, made from a good one. */
import fc from 'fast-check';
import {
  assemble,
  bodyStart,
  disassemble,
  fromTensors,
  metadataOf,
  type RawTensor,
  tensorsOf,
} from '../safetensors/parts.js';
import { type Corruption, corruptFile, corruption, deepJson } from './corrupt.js';

/** Everything that `corruptFile` does, and what only a checkpoint can get wrong. */
export function corruptCheckpoint(original: Uint8Array): fc.Arbitrary<Corruption> {
  return fc.oneof(
    { weight: 6, arbitrary: corruptFile(original) },
    { weight: 4, arbitrary: wrongText(original) },
    { weight: 4, arbitrary: wrongField(original) },
    { weight: 2, arbitrary: wrongTensors(original) },
    { weight: 2, arbitrary: wrongNumbers(original) },
    { weight: 1, arbitrary: fc.constant(corruption('untouched', original, 'usable')) },
  );
}

/** One entry of the metadata replaced by something else altogether, or left out. */
function wrongText(original: Uint8Array): fc.Arbitrary<Corruption> {
  const file = disassemble(original);
  const [metadata, tensors] = [metadataOf(file), tensorsOf(file)];
  const text = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      'null',
      '-1',
      '0.5',
      '1e999',
      '9007199254740993',
      '"x"',
      '[]',
      '{}',
      'true',
      'NaN',
    ),
    fc.constantFrom('{"__proto__":{}}', '{"constructor":1}', '{"a":1,"a":2}', '\u0000', '\ufeff{}', '{}x'),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.nat().map(deepJson),
    fc.constant(undefined),
  );
  return fc.tuple(fc.constantFrom(...Object.keys(metadata)), text).map(([key, value]) => {
    const { [key]: before, ...others } = metadata;
    const changed = value === undefined ? others : { ...others, [key]: value };
    const bytes = assemble(fromTensors(changed, tensors));
    return corruption(`metadata ${key}`, bytes, value === before ? 'usable' : 'open');
  });
}

/** One field of one entry of the metadata replaced, added or left out. */
function wrongField(original: Uint8Array): fc.Arbitrary<Corruption> {
  const file = disassemble(original);
  const [metadata, tensors] = [metadataOf(file), tensorsOf(file)];
  const objects = ['config', 'settings', 'tokenizer', 'sampler'] as const;
  const fields = objects.flatMap((key) =>
    [...Object.keys(JSON.parse(metadata[key])), '__proto__'].map((field) => [key, field] as const),
  );
  const value = fc.oneof(
    fc.constantFrom(
      ...[null, true, -1, 0, 0.5, 1, 2, 3, 4, 8, 1000, 2 ** 20, 2 ** 31, 2 ** 53, 1e-300, 1e300],
    ),
    fc.constantFrom<unknown>('', 'x', '1', [], {}, [1], { a: {} }, ['a', 'a'], '\ud800', 'x'.repeat(5000)),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constant(undefined),
  );
  return fc.tuple(fc.constantFrom(...fields), value).map(([[key, field], changed]) => {
    // As text, because `{ ...object, __proto__: value }` would not be a field.
    const kept = Object.entries(JSON.parse(metadata[key])).filter(([name]) => name !== field);
    const all = changed === undefined ? kept : [...kept, [field, changed] as const];
    const text = `{${all.map(([name, item]) => `${JSON.stringify(name)}:${JSON.stringify(item)}`).join(',')}}`;
    const bytes = assemble(fromTensors({ ...metadata, [key]: text }, tensors));
    return corruption(`${key}.${field}`, bytes, 'open');
  });
}

type TensorChange = (tensor: RawTensor) => RawTensor[];

/** A tensor that is missing, of another shape or dtype, or one too many. */
function wrongTensors(original: Uint8Array): fc.Arbitrary<Corruption> {
  const file = disassemble(original);
  const [metadata, tensors] = [metadataOf(file), tensorsOf(file)];
  const changes: [kind: string, verdict: Corruption['verdict'], change: TensorChange][] = [
    ['tensor missing', 'unusable', () => []],
    ['tensor too long', 'unusable', (tensor) => [lengthened(tensor)]],
    ['tensor of no elements', 'unusable', (tensor) => [{ ...tensor, shape: [0], bytes: new Uint8Array() }]],
    ['tensor of another rank', 'unusable', (tensor) => [{ ...tensor, shape: [1, ...tensor.shape] }]],
    ['tensor of integers', 'unusable', (tensor) => [{ ...tensor, dtype: 'I32' }]],
    ['tensor too many', 'unusable', (tensor) => [tensor, { ...tensor, name: `${tensor.name}.more` }]],
    [
      'tensor in bfloat16',
      'usable',
      (tensor) => [{ ...tensor, dtype: 'BF16', bytes: upperHalves(tensor.bytes) }],
    ],
    ['tensor in float64', 'usable', (tensor) => [{ ...tensor, dtype: 'F64', bytes: doubles(tensor.bytes) }]],
  ];
  const index = fc.nat({ max: tensors.length - 1 });
  return fc.tuple(fc.constantFrom(...changes), index).map(([[kind, verdict, change], at]) => {
    const changed = tensors.flatMap((tensor, i) => (i === at ? change(tensor) : [tensor]));
    return corruption(kind, assemble(fromTensors(metadata, changed)), verdict);
  });
}

/** Random bytes, zeros, ones or NaNs over a part of the tensors. */
function wrongNumbers(original: Uint8Array): fc.Arbitrary<Corruption> {
  const start = bodyStart(original);
  const pattern = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 32 }),
    fc.constantFrom(
      [0],
      [0xff],
      [0, 0, 0xc0, 0x7f],
      [0, 0, 0x80, 0x7f],
      [0xff, 0xff, 0x7f, 0x7f],
      [1, 0, 0, 0],
    ),
  );
  const place = fc.integer({ min: start / 4, max: original.length / 4 - 1 }).map((word) => 4 * word);
  return fc.tuple(pattern, place, fc.nat({ max: 200 })).map(([values, at, length]) => {
    const bytes = Uint8Array.from(original);
    for (let i = 0; i < length && at + i < bytes.length; i++) bytes[at + i] = values[i % values.length];
    return corruption('other numbers', bytes, 'open');
  });
}

function lengthened({ shape, bytes, ...tensor }: RawTensor): RawTensor {
  const row = bytes.slice(0, bytes.length / shape[0]);
  return { ...tensor, shape: [shape[0] + 1, ...shape.slice(1)], bytes: Uint8Array.from([...bytes, ...row]) };
}

/** float32 as bfloat16: the upper two of every four bytes. */
function upperHalves(bytes: Uint8Array): Uint8Array {
  return bytes.filter((_, i) => i % 4 >= 2);
}

function doubles(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(Float64Array.from(new Float32Array(bytes.slice().buffer)).buffer);
}
