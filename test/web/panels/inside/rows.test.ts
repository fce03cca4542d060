import { expect, it } from 'vitest';
import { whenOf } from '../../../../web/panels/inside/rows.js';

it('says of which step the numbers are', () => {
  expect(whenOf({}, false)).toBe('');
  expect(whenOf({ gpt: 1 }, false)).toBe('GPT after 1 step');
  expect(whenOf({ gpt: 1100, ngpt: 1200 }, true)).toBe(
    'nGPT after 1,200 steps, GPT after 1,100 steps, or a few more',
  );
});
