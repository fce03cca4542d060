import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  forEachEntry,
  parseStrictJson,
  type StrictJson,
} from '../../../src/training/checkpoint/strict-json.js';

const LIMITS = { depth: 50, arrayLength: 1000 };

/** Maps as objects, to compare with JSON.parse. */
function plain(value: StrictJson): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  }
  return Array.isArray(value) ? value.map(plain) : value;
}

function outcome(parse: () => unknown): unknown {
  try {
    return { value: parse() };
  } catch (error) {
    return { isSyntaxError: error instanceof SyntaxError };
  }
}

const scraps = fc.constantFrom(
  ...['{', '}', '[', ']', ':', ',', '"', '"a"', '"b"', '1', '-0', '01', '1.', '.5', '1e5', '1e', '+1', '--1'],
  ...['true', 'false', 'null', 'nul', 'NaN', ' ', '\n', '\t', '\u00a0', '"\\u0041"', '"\\x"', '"\n"', '\\'],
);

describe('parseStrictJson', () => {
  it('agrees with JSON.parse on JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(0, 1), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent);
        expect(plain(parseStrictJson(text, LIMITS))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('agrees with JSON.parse on what is not JSON', () => {
    fc.assert(
      fc.property(fc.array(scraps, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        const strict = outcome(() => plain(parseStrictJson(text, LIMITS)));
        // The one difference.
        fc.pre(!/"[ab]".*"[ab]"|u0041.*u0041/s.test(text));
        expect(strict).toEqual(outcome(() => JSON.parse(text)));
      }),
      { numRuns: 3000 },
    );
  });

  it('refuses a key that appears twice in one object, however it is written', () => {
    expect(() => parseStrictJson('{"a":1,"b":{"a":2},"\\u0061":3}', LIMITS)).toThrow(
      'the key "a" appears twice',
    );
    expect(plain(parseStrictJson('{"a":{"a":1},"b":[{"a":1},{"a":1}]}', LIMITS))).toEqual({
      a: { a: 1 },
      b: [{ a: 1 }, { a: 1 }],
    });
  });

  it('gives names that objects have by birth no meaning', () => {
    const value = parseStrictJson('{"__proto__":{"x":1},"constructor":2}', LIMITS);
    expect(value).toEqual(
      new Map<string, unknown>([
        ['__proto__', new Map([['x', 1]])],
        ['constructor', 2],
      ]),
    );
  });

  it('keeps to its limits, without going through the rest first', () => {
    expect(() => parseStrictJson('[[1]]', { depth: 1, arrayLength: 9 })).toThrow(
      'nests deeper than 1 levels',
    );
    expect(() => parseStrictJson('[1,2,3]', { depth: 9, arrayLength: 2 })).toThrow('more than 2 elements');
    expect(plain(parseStrictJson('[[1,2],3]', { depth: 2, arrayLength: 2 }))).toEqual([[1, 2], 3]);
    for (const open of ['[', '{"a":', '[{"a":']) {
      expect(() => parseStrictJson(open.repeat(1_000_000), LIMITS)).toThrow('nests deeper');
    }
  });

  it('counts the entries of objects', () => {
    const limits = { ...LIMITS, objectLength: 2 };
    expect(plain(parseStrictJson('[{"a":1,"b":2},{"a":1}]', limits))).toEqual([{ a: 1, b: 2 }, { a: 1 }]);
    expect(() => parseStrictJson('{"a":1,"b":2,"c":3,', limits)).toThrow('an object has more than 2 entries');
  });

  it('lets objects stand less deep than arrays', () => {
    const limits = { depth: 3, objectDepth: 2, arrayLength: 9 };
    expect(plain(parseStrictJson('{"a":{"b":[1]}}', limits))).toEqual({ a: { b: [1] } });
    expect(() => parseStrictJson('{"a":{"b":{}}}', limits)).toThrow('objects nest deeper than 2 levels');
    expect(() => parseStrictJson('{"a":{"b":[[]]}}', limits)).toThrow('it nests deeper than 3 levels');
  });
});

describe('forEachEntry', () => {
  it('hands over what parseStrictJson puts into a map', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (object) => {
        const entries = new Map<string, StrictJson>();
        forEachEntry(JSON.stringify(object), LIMITS, (key, value) => entries.set(key, value));
        expect(entries).toEqual(parseStrictJson(JSON.stringify(object), LIMITS));
      }),
    );
  });

  it('ends at the first entry that will not do, whatever follows', () => {
    const seen: string[] = [];
    const see = (key: string) => {
      seen.push(key);
      if (key === 'b') throw new RangeError('not b');
    };
    expect(() => forEachEntry('{"a":1,"b":2,no JSON at all', LIMITS, see)).toThrow(new RangeError('not b'));
    expect(seen).toEqual(['a', 'b']);
  });

  it('wants one object, with no key twice', () => {
    for (const text of ['[]', '1', '', '{"a":1', '{} {}', '{"a":1,"a":1}']) {
      expect(() => forEachEntry(text, LIMITS, () => {})).toThrow(SyntaxError);
    }
  });
});
