import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_OPTIONS } from '../../../src/ngpt/config/config.js';
import {
  type Basis,
  type Check,
  checkOptions,
  entriesOf,
  followingOptions,
  type Options,
  oneOf,
  SWITCH,
  whole,
  withDefaults,
} from '../../../src/ngpt/config/option.js';
import { TRAINING_OPTIONS } from '../../../src/training/settings/train-settings.js';

interface Shape extends Basis {
  readonly width: number;
  readonly colour: 'red' | 'blue' | null;
  readonly round: boolean;
}

const OPTIONS: Options<Shape> = {
  arch: { ...oneOf('ngpt', 'gpt'), default: 'ngpt', help: '' },
  nEmbd: { ...whole(1), help: '' },
  width: { ...whole(1), default: ({ arch, nEmbd }) => (arch === 'gpt' ? nEmbd : 2 * nEmbd), help: '' },
  colour: { check: () => {}, default: null, help: '' },
  round: { ...SWITCH, default: false, help: '' },
};

describe('withDefaults', () => {
  it('fills in what is not given, from what is', () => {
    const given = fc.record(
      {
        width: fc.integer({ min: 1, max: 99 }),
        arch: fc.constantFrom('ngpt' as const, 'gpt' as const),
        colour: fc.constantFrom('red' as const, 'blue' as const, null),
        round: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(given, fc.integer({ min: 1, max: 9 }), (some, nEmbd) => {
        const filled = withDefaults(OPTIONS, { ...some, nEmbd });
        const width = some.arch === 'gpt' ? nEmbd : 2 * nEmbd;
        expect(filled).toEqual({ width, arch: 'ngpt', colour: null, round: false, nEmbd, ...some });
        checkOptions(OPTIONS, filled);
      }),
    );
  });

  it('leaves what has no default to the check, and what is no option alone', () => {
    expect(() => checkOptions(OPTIONS, withDefaults(OPTIONS, {}))).toThrow(/nEmbd must be .* got undefined/);
    const more = { nEmbd: 1, weight: 3 };
    expect(withDefaults(OPTIONS, more)).toMatchObject(more);
  });

  it('has no entry for what has neither', () => {
    expect(Object.keys(withDefaults(OPTIONS, {})).sort()).toEqual(['arch', 'colour', 'round', 'width']);
    expect(followingOptions(OPTIONS)).toEqual(['width']);
  });

  it('is the same text of JSON in whatever order the defaults are given', () => {
    const text = (given: Partial<Shape>) => JSON.stringify(withDefaults(OPTIONS, given));
    expect(text({ nEmbd: 1, round: true, arch: 'gpt' })).toBe(text({ arch: 'gpt', round: true, nEmbd: 1 }));
  });
});

// An option without a default makes every checkpoint unreadable that is older than it.
function accepts(name: string, check: Check<unknown>, value: unknown): boolean {
  try {
    check(name, value);
    return true;
  } catch {
    return false;
  }
}

describe('whole', () => {
  it('checks numbers, from the least on', () => {
    const { check } = whole(2);
    check('n', 2);
    expect(() => check('n', 1)).toThrow(/^n must be a whole number of at least 2, got 1$/);
  });
});

describe('the tables', () => {
  const withoutDefault = <All>(options: Options<All>) =>
    entriesOf(options).flatMap(([name, option]) => (option.default === undefined ? [name] : []));

  it('have defaults for all but the sizes that every checkpoint has', () => {
    const sizes = ['blockSize', 'nLayer', 'nHead', 'nEmbd'];
    expect(withoutDefault(MODEL_OPTIONS)).toEqual(['vocabSize', ...sizes]);
    expect(withoutDefault(TRAINING_OPTIONS)).toEqual([...sizes, 'batchSize', 'maxIters']);
  });

  it('have a form on the command line: a word or a number with a placeholder, or a switch', () => {
    for (const [name, option] of [...entriesOf(MODEL_OPTIONS), ...entriesOf(TRAINING_OPTIONS)]) {
      // Null, where a default is chosen later, is neither.
      const isSwitch = accepts(name, option.check as Check<unknown>, true);
      expect([name, option.value !== undefined]).toEqual([name, !isSwitch]);
      expect(option.help).not.toBe('');
    }
  });
});
