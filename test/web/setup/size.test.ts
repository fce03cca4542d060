import { describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../../web/setup/examples.js';
import { DEFAULT_SETUP } from '../../../web/setup/options.js';
import { sizeOf } from '../../../web/setup/size.js';
import { openSession } from '../../../web/training/session.js';

const said = (sentence: string) =>
  Number(sentence.match(/about ([\d,]+) parameters/)?.[1].replaceAll(',', ''));

describe('sizeOf', () => {
  it.each([
    ['the defaults', DEFAULT_SETUP],
    ['sort', { ...DEFAULT_SETUP, ...EXAMPLES.sort.setup }],
  ])('is close to that of both models of %s', async (_, setup) => {
    const { sentence, isLarge } = sizeOf(setup);
    expect(isLarge).toBe(false);
    for (const arch of ['ngpt', 'gpt'] as const) {
      const session = await openSession({ setup, arch, ownText: null, checkpoint: null });
      expect(Math.abs(Math.log(said(sentence) / session.facts.parameters))).toBeLessThan(0.08);
      session.dispose();
    }
  });

  it('warns of what a page takes long for', () => {
    expect(sizeOf({ ...DEFAULT_SETUP, nLayer: 12, nEmbd: 1024 })).toEqual({
      sentence:
        'Each model has about 200 million parameters. That is much for a page: loading may take long, ' +
        'each step about 31 seconds, and each model about 3,200 MiB of memory.',
      isLarge: true,
    });
    expect(sizeOf({ ...DEFAULT_SETUP, nLayer: 6, nEmbd: 192 }).isLarge).toBe(false);
  });
});
