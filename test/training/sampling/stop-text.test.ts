import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StopText } from '../../../src/training/sampling/stop-text.js';

describe('StopText', () => {
  it('passes on what comes before the stop text, in whatever pieces it comes', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    const stops = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(letters), stops, (pieces, stop) => {
        const filter = new StopText(stop);
        const passed = pieces.map((piece) => filter.push(piece)).join('') + filter.end();
        const [before] = pieces.join('').split(stop);
        expect(passed).toBe(before);
        expect(filter.isStopped).toBe(pieces.join('').includes(stop));
      }),
    );
  });

  it('holds back no more than may become the stop text', () => {
    const filter = new StopText('end');
    expect(filter.push('then')).toBe('th');
    expect(filter.push('see')).toBe('ense');
    expect(filter.push('n')).toBe('');
    expect(filter.push('t')).toBe('ent');
  });
});
