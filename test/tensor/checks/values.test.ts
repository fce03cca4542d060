import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, DataError } from '../../../src/index.js';
import {
  requireBoolean,
  requireDecay,
  requireNotNegative,
  requireOneOf,
  requirePositive,
  requireWhole,
} from '../../../src/tensor/checks/values.js';

/** The message of the refusal, which must be a ConfigError that names the setting; null where there is none. */
function refusal(check: () => void): string | null {
  try {
    check();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).settings).toEqual(['size']);
    return (error as Error).message;
  }
  return null;
}

const EDGES = [0, -0, 1, -1, 0.5, 1e-300, 1e300, 2 ** 53 - 1, 2 ** 53, Number.NaN, Infinity, -Infinity];
const numbers = fc.oneof(fc.constantFrom(...EDGES), fc.integer(), fc.double());
const strangers = fc.constantFrom<unknown>('4', '', null, undefined, true, [], [4], {});

describe('checks of numbers', () => {
  it('take whole numbers from the least to the most, and nothing else', () => {
    const bounds = fc.record({ least: fc.integer({ min: 0, max: 3 }), most: fc.integer({ min: 3, max: 9 }) });
    fc.assert(
      fc.property(numbers, bounds, (value, { least, most }) => {
        const isWhole = Number.isSafeInteger(value) && value >= least;
        expect(refusal(() => requireWhole('size', value, least))).toBe(
          isWhole ? null : `size must be a whole number of at least ${least}, got ${value}`,
        );
        const limit = value > most ? ` and at most ${most}` : '';
        expect(refusal(() => requireWhole('size', value, least, { most }))).toBe(
          isWhole && value <= most
            ? null
            : `size must be a whole number of at least ${least}${limit}, got ${value}`,
        );
      }),
    );
  });

  it('take finite numbers from 0, above 0, and shares below 1', () => {
    fc.assert(
      fc.property(numbers, (value) => {
        const finite = Number.isFinite(value);
        expect(refusal(() => requireNotNegative('size', value))).toBe(
          finite && value >= 0 ? null : `size must be a number of at least 0, got ${value}`,
        );
        expect(refusal(() => requirePositive('size', value))).toBe(
          finite && value > 0 ? null : `size must be a positive number, got ${value}`,
        );
        expect(refusal(() => requireDecay('size', value))).toBe(
          value >= 0 && value < 1 ? null : `size must be at least 0 and below 1, got ${value}`,
        );
      }),
    );
  });

  it('refuse what is no number, as a file may have it', () => {
    fc.assert(
      fc.property(strangers, (stranger) => {
        const value = stranger as number;
        expect(refusal(() => requireWhole('size', value, 0))).not.toBeNull();
        expect(refusal(() => requireNotNegative('size', value))).not.toBeNull();
        expect(refusal(() => requirePositive('size', value))).not.toBeNull();
        expect(refusal(() => requireDecay('size', value))).not.toBeNull();
      }),
    );
  });

  it('throw the error of the caller where there is one', () => {
    const failure = (message: string, name: string) => new DataError(`${name}? ${message}`);
    const message = 'size? size must be a whole number of at least 1, got 0';
    expect(() => requireWhole('size', 0, 1, { failure })).toThrow(new DataError(message));
    expect(() => requireNotNegative('size', -1, failure)).toThrow(DataError);
    expect(() => requireDecay('size', 1, failure)).toThrow(DataError);
  });
});

describe('checks of words and switches', () => {
  it('take one of the words, and name them all', () => {
    expect(refusal(() => requireOneOf('size', 'b', ['a', 'b']))).toBeNull();
    expect(refusal(() => requireOneOf('size', 'c', ['a', 'b']))).toBe('size must be a or b, got c');
    expect(refusal(() => requireOneOf('size', 'd', ['a', 'b', 'c']))).toBe('size must be a, b or c, got d');
  });

  it('take true and false', () => {
    for (const value of [true, false]) expect(refusal(() => requireBoolean('size', value))).toBeNull();
    for (const value of ['true', 0, null, undefined]) {
      expect(refusal(() => requireBoolean('size', value as unknown as boolean))).toBe(
        `size must be true or false, got ${value}`,
      );
    }
  });
});
