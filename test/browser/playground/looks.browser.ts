/** The page at three widths, in light and dark, for eyes, keyboards and screen readers. */
import { mkdirSync } from 'node:fs';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SMALL, Visitor } from './visit.js';

const PICTURES = 'out/playground';

let visitor: Visitor;

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  visitor = await Visitor.start();
});

afterAll(() => visitor?.close());

const LOOKS = [360, 768, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

describe('the page', () => {
  it.each(LOOKS)('is accessible and fits at $width px in $colorScheme', async ({ width, colorScheme }) => {
    const visit = await visitor.open(`${SMALL}&steps=60`, { viewport: { width, height: 800 }, colorScheme });
    const { page } = visit;
    await visit.trainTo(60);
    for (const panel of ['sphere', 'writing', 'attention', 'inside', 'keeping']) {
      await visit.show(panel);
      await page.waitForTimeout(300);
    }
    await page.locator('#inside figure svg').nth(1).waitFor();
    await visit.press('Write');
    await visit.openSetup();
    await page.evaluate(() => scrollTo(0, 0));
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${PICTURES}/${width}-${colorScheme}.png`, fullPage: true });

    await page.evaluate(axe.source);
    const { violations, passes } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document),
    );
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(passes.length).toBeGreaterThan(10);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await visit.close();
  });

  it('is used by the keyboard alone', async () => {
    const visit = await visitor.open(`${SMALL}&steps=100000`);
    const { page } = visit;
    const focused = () => page.evaluate(() => document.activeElement?.id);
    for (let i = 0; i < 5 && (await focused()) !== 'train'; i++) await page.keyboard.press('Tab');
    expect(await focused()).toBe('train');
    await page.keyboard.press('Enter');
    await visit.reach(3);
    // The button is the same one, under another name.
    expect(await focused()).toBe('train');
    await page.keyboard.press('Space');
    await visit.rest();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('step');
    await visit.close();
  });
});
