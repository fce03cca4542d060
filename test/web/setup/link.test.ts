import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSetup } from '../../../web/setup/check.js';
import { fromLink, sameSetup, toLink } from '../../../web/setup/link.js';
import { DEFAULT_SETUP, SETUP_NAMES, SETUP_OPTIONS } from '../../../web/setup/options.js';
import { setups } from './setups.js';

const KEYS = [...SETUP_NAMES.map((name) => SETUP_OPTIONS[name].key), 'v'];

describe('toLink and fromLink', () => {
  it('bring back every setup as it was', () => {
    fc.assert(
      fc.property(setups, (setup) => {
        checkSetup(setup);
        expect(fromLink(toLink(setup))).toEqual({ setup, problems: [] });
      }),
    );
  });

  it('hold what differs from the defaults', () => {
    expect(toLink(DEFAULT_SETUP)).toBe('#v=1');
    expect(toLink({ ...DEFAULT_SETUP, nLayer: 2, data: 'sort', ngptRate: 0.02, qkNorm: false })).toBe(
      '#v=1&data=sort&layers=2&nlr=0.02&qk=off',
    );
    expect(toLink({ ...DEFAULT_SETUP, data: 'own', ownText: { length: 1200, crc: 0x9af3 } })).toBe(
      '#v=1&data=own&own=1200-9af3',
    );
  });

  it.each(['', '#', '#v=1', 'v=1'])('take %j for the defaults', (hash) => {
    expect(fromLink(hash)).toEqual({ setup: DEFAULT_SETUP, problems: [] });
  });
});

describe('fromLink', () => {
  it.each<[string, string[]]>([
    ['#layers=0', ['In the link, layers must be a whole number of at least 1, got 0; the default is taken.']],
    ['#layers=0x3', ['In the link, layers cannot be "0x3"; the default is taken.']],
    ['#layers=', ['In the link, layers cannot be ""; the default is taken.']],
    [
      '#nlr=1e999',
      ['In the link, learning rate must be a number of at least 0, got Infinity; the default is taken.'],
    ],
    ['#qk=toString', ['In the link, unit queries and keys cannot be "toString"; the default is taken.']],
    ['#own=1-123456789', ['In the link, own text cannot be "1-123456789"; the default is taken.']],
    ['#flavour=mint', ['The link has "flavour" in it, which this page does not know.']],
    [
      '#v=2&layers=3',
      ['The link is of version "2", which this page does not know: it reads it as version 1.'],
    ],
    [
      '#v=constructor',
      ['The link is of version "constructor", which this page does not know: it reads it as version 1.'],
    ],
    [
      '#heads=5',
      [
        'In the link, dimensions must be a multiple of heads: 64 does not divide into 5 heads; the default is taken.',
      ],
    ],
    [
      '#backend=gpu&mode=wide',
      ['In the link, gpu does not run wide, only auto, webgpu, webgl2; the default is taken.'],
    ],
    ['#data=own', ['In the link, there is no text of your own yet; the default is taken.']],
    ['#own=5-ff', ['In the link, moby-dick takes no text of your own; the default is taken.']],
    [
      '#data=own&own=0-1',
      [
        'In the link, own text: its length must be a whole number of at least 1, got 0; the default is taken.',
        'In the link, there is no text of your own yet; the default is taken.',
      ],
    ],
    [`#${'a'.repeat(3000)}`, ['The link is too long to be one of this page.']],
    ['#%E0%A4%A', ['The link has "\uFFFD%A" in it, which this page does not know.']],
  ])('says what is wrong with %s', (hash, problems) => {
    expect(fromLink(hash)).toEqual({ setup: DEFAULT_SETUP, problems });
  });

  it('keeps what is right beside what is wrong', () => {
    const { setup, problems } = fromLink('#v=1&layers=many&seed=9&heads=5&seed=10');
    expect(setup).toEqual({ ...DEFAULT_SETUP, seed: 9 });
    expect(problems).toHaveLength(3);
  });

  it('refuses a model that no page could hold', () => {
    const { setup, problems } = fromLink('#embd=40000&layers=900');
    expect(setup.nEmbd).toBe(64);
    expect(problems.join()).toMatch(/parameters/);
  });

  it('never throws, and gives a setup that works', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('on', '1e-3', '3', '-1', '', 'none', 'NaN', '1e99'),
    );
    const pair = fc.tuple(fc.oneof(fc.constantFrom(...KEYS), fc.string()), words);
    const links = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .array(pair, { maxLength: 8 })
        .map((pairs) => `#${pairs.map(([key, value]) => `${key}=${value}`).join('&')}`),
      fc
        .array(pair, { maxLength: 8 })
        .map((pairs) => `#${pairs.map((each) => each.map(encodeURIComponent).join('=')).join('&')}`),
    );
    fc.assert(
      fc.property(links, (hash) => {
        const { setup, problems } = fromLink(hash);
        checkSetup(setup);
        // What is read without a word is all there was.
        if (problems.length === 0 && /[^#&]/.test(hash)) expect(fromLink(toLink(setup)).setup).toEqual(setup);
        for (const problem of problems) expect(problem).toMatch(/^(In the link, |The link ).+\.$/s);
      }),
    );
  });
});

describe('sameSetup', () => {
  it('sees a change of any entry', () => {
    fc.assert(
      fc.property(setups, setups, (a, b) => {
        expect(sameSetup(a, b)).toBe(toLink(a) === toLink(b));
        expect(sameSetup(a, { ...a })).toBe(true);
      }),
    );
  });
});
