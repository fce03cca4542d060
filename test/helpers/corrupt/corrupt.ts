/** Broken and hostile safetensors files, made from a good one. */
import fc from 'fast-check';
import {
  assemble,
  bodyStart,
  type Description,
  disassemble,
  METADATA,
  type RawEntry,
  withHeader,
} from '../safetensors/parts.js';

export interface Corruption {
  /** What was done, for counts and messages. */
  readonly kind: string;
  readonly bytes: Uint8Array;
  /**
   * What is right to do with it: `unreadable` must be refused as a safetensors file, `unusable` at the latest when
   * training is to go on from it; `usable` has to work; with `open` either may happen.
   */
  readonly verdict: 'unreadable' | 'unusable' | 'usable' | 'open';
}

/** Shown without its bytes in the report of a failure, where the seed brings it back. */
export function corruption(kind: string, bytes: Uint8Array, verdict: Corruption['verdict']): Corruption {
  const shown = { [fc.toStringMethod]: () => `${kind}, ${bytes.length} bytes, ${verdict}` };
  return Object.assign(shown, { kind, bytes, verdict });
}

/** Broken as any safetensors file can be. */
export function corruptFile(original: Uint8Array): fc.Arbitrary<Corruption> {
  return fc.oneof(
    { weight: 6, arbitrary: changedBytes(original) },
    { weight: 2, arbitrary: wrongEnd(original) },
    { weight: 2, arbitrary: wrongLength(original) },
    { weight: 1, arbitrary: noise() },
    { weight: 8, arbitrary: wrongHeader(original) },
  );
}

function changedBytes(original: Uint8Array): fc.Arbitrary<Corruption> {
  const place = fc.oneof(fc.nat({ max: bodyStart(original) - 1 }), fc.nat({ max: original.length - 1 }));
  const structural = [...'{}[]",:0129-.e\\ntrufalsx'].map((character) => character.charCodeAt(0));
  const value = fc.oneof(fc.constantFrom(...structural), fc.nat({ max: 255 }));
  const change = fc.oneof(
    fc.record({ how: fc.constant('set' as const), place, value }),
    fc.record({ how: fc.constant('flip' as const), place, value: fc.nat({ max: 7 }) }),
    fc.record({ how: fc.constantFrom('cut' as const, 'double' as const), place, value: fc.nat({ max: 40 }) }),
  );
  return fc.array(change, { minLength: 1, maxLength: 5 }).map((changes) => {
    let bytes: Uint8Array = Uint8Array.from(original);
    for (const { how, place: at, value } of changes) {
      if (how === 'set') bytes[at] = value;
      else if (how === 'flip') bytes[at] ^= 1 << value;
      else {
        const after = how === 'cut' ? at + value : Math.max(0, at - value);
        bytes = concat(bytes.subarray(0, at), bytes.subarray(after));
      }
    }
    return corruption('changed bytes', bytes, 'open');
  });
}

function wrongEnd(original: Uint8Array): fc.Arbitrary<Corruption> {
  const cut = fc
    .nat({ max: original.length - 1 })
    .map((length) => corruption('cut off', original.slice(0, length), 'unreadable'));
  const more = fc
    .uint8Array({ minLength: 1, maxLength: 64 })
    .map((extra) => corruption('bytes to spare', concat(original, extra), 'unreadable'));
  return fc.oneof(cut, more);
}

function wrongLength(original: Uint8Array): fc.Arbitrary<Corruption> {
  const right = BigInt(bodyStart(original) - 8);
  const size = BigInt(original.length);
  const interesting = [0n, 1n, right - 1n, right + 1n, size - 8n, size - 7n, size, 100_000_001n];
  const huge = [2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
  const length = fc.oneof(fc.constantFrom(...interesting, ...huge), fc.bigInt({ min: 0n, max: 2n * size }));
  return length
    .filter((value) => value !== right)
    .map((value) => {
      const bytes = Uint8Array.from(original);
      new DataView(bytes.buffer).setBigUint64(0, value, true);
      return corruption('wrong header length', bytes, 'unreadable');
    });
}

function noise(): fc.Arbitrary<Corruption> {
  const random = fc.uint8Array({ maxLength: 300 });
  const brace = Uint8Array.of(0x7b);
  const framed = fc.tuple(random, random).map(([header, body]) => withHeader(concat(brace, header), body));
  return fc.oneof(random, framed).map((bytes) => corruption('random bytes', bytes, 'open'));
}

type Change = (entries: RawEntry[], index: number, variant: number) => RawEntry[];

/** A header of the right form that says something wrong about one of its tensors, or odd but right. */
function wrongHeader(original: Uint8Array): fc.Arbitrary<Corruption> {
  const { entries, body } = disassemble(original);
  const metadata = entries.filter(([key]) => key === METADATA);
  const tensors = entries.filter(([key]) => key !== METADATA);
  const all: [kind: string, verdict: Corruption['verdict'], change: Change][] = [
    ['wrong offsets', 'unreadable', replace((of, variant) => offsets(of, pick(wrongOffsets(of), variant)))],
    ['wrong shape', 'unreadable', replace((of, variant) => shape(of, pick(wrongShapes(of), variant)))],
    ['wrong dtype', 'unreadable', replace((of, variant) => dtype(of, pick(WRONG_DTYPES, variant)))],
    ['no description', 'unreadable', replace((_, variant) => pick(NO_DESCRIPTIONS, variant))],
    ['nested deep', 'unreadable', replace((_, variant) => deepJson(variant))],
    ['missing entry', 'unreadable', (list, index) => list.toSpliced(index, 1)],
    [
      'name twice',
      'unreadable',
      (list, index, variant) => list.toSpliced(variant % list.length, 0, again(list[index], variant)),
    ],
    [
      'hostile name',
      'unusable',
      (list, index, variant) => list.with(index, [pick(HOSTILE_NAMES, variant), list[index][1]]),
    ],
    ['another order', 'usable', (list, index) => [...list.slice(index), ...list.slice(0, index)]],
  ];
  const change = fc.tuple(fc.constantFrom(...all), fc.nat({ max: tensors.length - 1 }), fc.nat());
  const changed = change.map(([[kind, verdict, apply], index, variant]) => {
    const bytes = assemble({ entries: [...metadata, ...apply(tensors, index, variant)], body });
    return corruption(kind, bytes, verdict);
  });
  return fc.oneof(
    { weight: 8, arbitrary: changed },
    { weight: 1, arbitrary: invalidText(original) },
    { weight: 1, arbitrary: wrongMetadata(original) },
  );
}

/** Replaces the description of one tensor. */
function replace(make: (description: Description, variant: number) => string): Change {
  return (list, index, variant) => {
    const [key, value] = list[index];
    return list.with(index, [key, make(JSON.parse(value), variant)]);
  };
}

const offsets = ({ dtype, shape }: Description, text: string) =>
  `{"dtype":"${dtype}","shape":[${shape}],"data_offsets":${text}}`;
const shape = ({ dtype, data_offsets }: Description, text: string) =>
  `{"dtype":"${dtype}","shape":${text},"data_offsets":[${data_offsets}]}`;
const dtype = ({ shape, data_offsets }: Description, text: string) =>
  `{"dtype":${text},"shape":[${shape}],"data_offsets":[${data_offsets}]}`;

function wrongOffsets({ data_offsets: [begin, end] }: Description): string[] {
  return [
    ...[
      [end, begin],
      [begin - 4, end - 4],
      [begin + 4, end + 4],
      [begin, end + 4],
      [begin - 1e6, end],
    ],
    ...[
      [-end - 4, -begin - 4],
      [begin + 0.5, end + 0.5],
      [begin, 1e18],
      [begin, 2 ** 53],
      [begin],
      [begin, end, end],
    ],
  ]
    .map((pair) => JSON.stringify(pair))
    .concat(`["${begin}","${end}"]`, `[[${begin}],${end}]`, '[1e999,1e999]', '[0,18446744073709551616]')
    .concat('null', '{}', '"0,4"', '[]', 'true');
}

function wrongShapes({ shape }: Description): string[] {
  const ones = Array.from({ length: 65 }, () => 1);
  return [
    ...[[...shape, 2], shape.map((size) => size + 1), [1e18], [2 ** 32, 2 ** 32], [2 ** 53, 2 ** 53], [0]],
    ...[[-1], [1.5], [...ones, ...shape], [shape]],
  ]
    .map((sizes) => JSON.stringify(sizes))
    .concat('[1e999]', '[9007199254740993,0]', '"x"', 'null', '{}', 'true', '["2"]');
}

const WRONG_DTYPES = [
  ...[
    '"I64"',
    '"F8_E4M3"',
    '"f32"',
    '"BOOL"',
    '"F16"',
    '"F64"',
    '""',
    '"__proto__"',
    '"constructor"',
    '"toString"',
  ],
  ...['null', '4', '["F32"]', '{}', '"F32\\u0000"'],
];
const NO_DESCRIPTIONS = [
  'null',
  '1',
  'true',
  '"F32"',
  '[]',
  '{}',
  '[{}]',
  '{"dtype":"F32"}',
  '{"__proto__":[]}',
  '',
];
const HOSTILE_NAMES = [
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '""',
  '"0"',
  '"\\ud800"',
  '"\\u001b[2J\\n"',
  '"optimizer/"',
];

/** Brackets up to 20,000 deep, closed or not. */
export function deepJson(variant: number): string {
  const [open, close] = pick(
    [
      ['[', ']'],
      ['{"a":', '}'],
      ['[{"a":', '}]'],
    ],
    variant,
  );
  const depth = 4 + (variant % 20_000);
  return variant % 2 === 0 ? open.repeat(depth) : `${open.repeat(depth)}1${close.repeat(depth)}`;
}

/** The same key once more, perhaps written in another way. */
function again([key, value]: RawEntry, variant: number): RawEntry {
  const escaped = `"\\u${key.charCodeAt(1).toString(16).padStart(4, '0')}${key.slice(2)}`;
  return [variant % 2 === 0 ? key : escaped, value];
}

function wrongMetadata(original: Uint8Array): fc.Arbitrary<Corruption> {
  const { entries, body } = disassemble(original);
  const tensors = entries.filter(([key]) => key !== METADATA);
  const value = fc.constantFrom('null', '1', 'true', '[]', '["a"]', '{}', '{"a":"b"}', '[[[[]]]]');
  const whole = value.filter((text) => !text.startsWith('{')).map((text): RawEntry => [METADATA, text]);
  const one = fc
    .tuple(fc.constantFrom('step', '__proto__', 'constructor', ''), value)
    .map(([key, text]): RawEntry => [METADATA, `{"format":"x",${JSON.stringify(key)}:${text}}`]);
  return fc
    .oneof(whole, one)
    .map((entry) => assemble({ entries: [entry, ...tensors], body }))
    .map((bytes) => corruption('metadata not of strings', bytes, 'unreadable'));
}

function invalidText(original: Uint8Array): fc.Arbitrary<Corruption> {
  const start = bodyStart(original);
  const wrong = [
    [0x80],
    [0xff],
    [0xc3, 0x28],
    [0xed, 0xa0, 0x80],
    [0xf8, 0x88, 0x80, 0x80],
    [0xc0, 0xaf],
    [0xe2, 0x82],
  ];
  const place = fc.integer({ min: 9, max: start - 1 });
  return fc.tuple(fc.constantFrom(...wrong), place).map(([bad, at]) => {
    const header = concat(original.subarray(8, at), Uint8Array.from(bad), original.subarray(at, start));
    return corruption('not UTF-8', withHeader(header, original.subarray(start)), 'unreadable');
  });
}

/** Of a list, whatever the number. */
export function pick<T>(list: readonly T[], variant: number): T {
  return list[variant % list.length];
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
