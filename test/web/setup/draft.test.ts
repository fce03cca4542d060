import { describe, expect, it } from 'vitest';
import { draftAfter, otherEnd } from '../../../web/setup/draft.js';
import { DEFAULT_SETUP } from '../../../web/setup/options.js';

const draft = { ...DEFAULT_SETUP, nLayer: 5, nHead: Number.NaN, data: 'own' };

describe('what stands in the controls', () => {
  it('stays when the same setup begins again', () => {
    expect(draftAfter(draft, DEFAULT_SETUP, { ...DEFAULT_SETUP })).toEqual(draft);
  });

  it('stays when the run is extended, which shows where nobody has written another end', () => {
    const now = { ...DEFAULT_SETUP, steps: 60 };
    expect(draftAfter(draft, DEFAULT_SETUP, now)).toEqual({ ...draft, steps: 60 });
    const written = { ...draft, steps: 70 };
    expect(draftAfter(written, DEFAULT_SETUP, now)).toEqual(written);
  });

  it('gives way to a whole other setup', () => {
    const own = { ...DEFAULT_SETUP, data: 'own' as const, ownText: { length: 3, crc: 4 } };
    expect(draftAfter(draft, DEFAULT_SETUP, own)).toEqual(own);
    const other = { ...own, ownText: { length: 3, crc: 5 } };
    expect(draftAfter(draft, own, other)).toEqual(other);
  });
});

describe('otherEnd', () => {
  it('is where a setup ends that differs in nothing else', () => {
    const longer = { ...DEFAULT_SETUP, steps: 60 };
    expect(otherEnd(longer, DEFAULT_SETUP)).toBe(60);
    expect(otherEnd(DEFAULT_SETUP, DEFAULT_SETUP)).toBeNull();
    expect(otherEnd({ ...longer, seed: 2 }, DEFAULT_SETUP)).toBeNull();
  });
});
