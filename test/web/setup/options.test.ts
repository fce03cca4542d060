import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkSetup } from '../../../web/setup/check.js';
import { EXAMPLES } from '../../../web/setup/examples.js';
import type { Control } from '../../../web/setup/option.js';
import { DEFAULT_SETUP, SETUP_NAMES, SETUP_OPTIONS } from '../../../web/setup/options.js';
import type { Setup } from '../../../web/setup/setup.js';

/** The default setup with another value of one entry. */
function withEntry(name: keyof Setup, value: unknown): Setup {
  return { ...DEFAULT_SETUP, [name]: value };
}

describe.each(SETUP_NAMES)('the entry %s', (name) => {
  const { check, control: own, default: byDefault, help, key, label, source } = SETUP_OPTIONS[name];
  const control: Control = own;

  it('is said in a sentence, and called by a few words', () => {
    expect(help).toMatch(/^[A-Z](?!.*\. ).*\.$/);
    expect(label.length).toBeLessThan(26);
    expect(key).toMatch(/^[a-z][a-z0-9]*$/);
  });

  it('leads to one line of the source', () => {
    if (source === null) return;
    const text = readFileSync(source.file, 'utf8');
    expect(text.split(source.words)).toHaveLength(2);
  });

  it('admits what its control offers, and refuses other things', () => {
    const offered =
      control.kind === 'number'
        ? control.usual
        : control.kind === 'choice'
          ? Object.keys(control.choices)
          : control.kind === 'switch'
            ? [true, false]
            : [null, { length: 5, crc: 7 }];
    expect(offered).toContain(byDefault);
    const checkAny = check as (name: string, value: unknown) => void;
    for (const value of offered) checkAny(name, value);
    for (const value of [Number.NaN, -1, 'nonsense', undefined, {}]) {
      expect(() => checkAny(name, value), String(value)).toThrow(name);
    }
  });
});

describe('SETUP_OPTIONS', () => {
  it('has no key twice, nor that of the version', () => {
    const keys = SETUP_NAMES.map((name) => SETUP_OPTIONS[name].key);
    expect(new Set([...keys, 'v']).size).toBe(keys.length + 1);
  });

  it('keeps the keys that links out there have', () => {
    expect(Object.fromEntries(SETUP_NAMES.map((name) => [name, SETUP_OPTIONS[name].key]))).toMatchSnapshot();
  });
});

describe('checkSetup', () => {
  it('takes the defaults', () => {
    expect(() => checkSetup(DEFAULT_SETUP)).not.toThrow();
  });

  it.each<[Partial<Setup>, RegExp, (keyof Setup)[]]>([
    [{ nLayer: 0 }, /^nLayer must be a whole number of at least 1, got 0$/, ['nLayer']],
    [{ steps: 2_000_000 }, /^steps must be .* at most 1000000, got 2000000$/, ['steps']],
    [{ nEmbd: 64, nHead: 3 }, /^nEmbd must be a multiple of nHead/, ['nEmbd', 'nHead']],
    [
      { nEmbd: 3, nHead: 1 },
      /^nEmbd\/nHead is 3\/1 = 3, which is odd, .* set rope to “none”, as the example “toy sphere” does, or change/,
      ['nEmbd', 'nHead', 'rope'],
    ],
    [
      { backend: 'gpu', mode: 'simd' },
      /^gpu does not run simd, only auto, webgpu, webgl2$/,
      ['backend', 'mode'],
    ],
    [{ data: 'own' }, /^there is no text of your own yet$/, ['data', 'ownText']],
    [{ ownText: { length: 3, crc: 3 } }, /^moby-dick takes no text of your own$/, ['data', 'ownText']],
    [{ nLayer: 20, nEmbd: 2048 }, /^a model of [\d,]+ million parameters needs .* GiB/, ['nEmbd']],
    [{ blockSize: 300_000 }, /^blockSize 300000 is out of range/, ['blockSize']],
  ])('refuses %j', (given, message, settings) => {
    const check = () => checkSetup({ ...DEFAULT_SETUP, ...given });
    expect(check).toThrow(message);
    expect(check).toThrow(expect.objectContaining({ name: 'ConfigError', settings }));
  });

  it('takes every value that controls offer beside the defaults, one that needs another entry aside', () => {
    const needsAnother = new Set(['data own', 'nEmbd 3', 'mode webgpu', 'mode webgl2', 'backend gpu']);
    for (const name of SETUP_NAMES) {
      const control: Control = SETUP_OPTIONS[name].control;
      const offered =
        control.kind === 'number'
          ? control.usual
          : control.kind === 'choice'
            ? Object.keys(control.choices)
            : [];
      for (const value of offered) {
        if (!needsAnother.has(`${name} ${value}`)) checkSetup(withEntry(name, value));
      }
    }
  });
});

describe.each(Object.entries(EXAMPLES))('the example %s', (_, { title, sentence, setup }) => {
  it('is a setup that works, said in a sentence', () => {
    checkSetup({ ...DEFAULT_SETUP, ...setup });
    expect(sentence).toMatch(/^[A-Z][^.]*\.$/);
    expect(title).not.toBe('');
  });
});
