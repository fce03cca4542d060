import { describe, expect, it } from 'vitest';
import { differences } from '../../../../web/panels/keeping/differences.js';
import { DEFAULT_SETUP, SETUP_OPTIONS } from '../../../../web/setup/options.js';

describe('differences', () => {
  it('are none of the defaults, wherever the run ends', () => {
    expect(differences(DEFAULT_SETUP)).toBe('the defaults');
    expect(differences({ ...DEFAULT_SETUP, steps: 7 })).toBe('the defaults');
  });

  it('are numbers, choices and switches in the words of the page', () => {
    const words = differences({ ...DEFAULT_SETUP, nLayer: 7, data: 'sort', qkNorm: !DEFAULT_SETUP.qkNorm });
    const { data, nLayer, qkNorm } = SETUP_OPTIONS;
    const choices = (data.control as unknown as { choices: Record<string, string> }).choices;
    expect(words.split(', ').sort()).toEqual(
      [`${data.label} ${choices.sort}`, `${nLayer.label} 7`, `${qkNorm.label} off`].sort(),
    );
  });

  it('leave out what cannot be chosen', () => {
    expect(differences({ ...DEFAULT_SETUP, ownText: { length: 1, crc: 1 } })).toBe('the defaults');
  });
});
