import { expect, it } from 'vitest';
import { Staged } from '../../../web/panels/stage.js';

it('draws what is on screen, and in a rest what shows something old where nobody looks', () => {
  let drawn = 0;
  const staged = new Staged({ draw: () => drawn++ }, 100);
  // Never seen: there is nothing old in it.
  expect(staged.isDue(0, true)).toBe(false);
  staged.isVisible = true;
  expect(staged.isDue(0, false)).toBe(true);
  staged.draw(0);
  expect(drawn).toBe(1);
  staged.news.add('steps');
  expect(staged.isDue(50, false)).toBe(false);
  expect(staged.isDue(100, false)).toBe(true);
  staged.isVisible = false;
  expect(staged.isDue(100, false)).toBe(false);
  expect(staged.isDue(100, true)).toBe(true);
  staged.draw(100);
  expect(staged.isDue(300, true)).toBe(false);
});
