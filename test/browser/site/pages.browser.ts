import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenLinks, htmlBelow } from './crawl.js';
import { BUILT, SiteVisitor } from './site-page.js';

let site: SiteVisitor;
beforeAll(async () => {
  site = await SiteVisitor.start();
});
afterAll(() => site?.close());

/** One of each kind. */
const PAGES = [
  '',
  'learn/01-scalar-engine.html',
  'api/tensor/functions/sphereStep.html',
  'experiments.html',
  'benchmarks.html',
  'source/src/ngpt/block.ts.html',
];

describe('the built site', () => {
  it('has links that all lead to a page and an anchor', () => {
    expect(htmlBelow(BUILT).length).toBeGreaterThan(900);
    expect(brokenLinks(BUILT)).toEqual([]);
  });

  it('finds words of chapters, guides and the reference', async () => {
    const { page } = await site.open('');
    for (const [word, place] of [
      ['chain rule', '/learn/'],
      ['sphereStep', '/api/'],
      ['eigen learning rates', '/experiments'],
    ]) {
      await page.keyboard.press('Control+k');
      await page.locator('#localsearch-input').fill(word);
      await page.locator(`.VPLocalSearchBox .result[href*="${place}"]`).first().waitFor();
      await page.keyboard.press('Escape');
    }
  });

  it('leads from the text to the source and back', async () => {
    const { page } = await site.open('learn/01-scalar-engine.html');
    await page.locator('a.excerpt-place').first().click();
    await page.locator('ol.source li:target').waitFor();
    await page.locator('header a', { hasText: 'Learn' }).click();
    await page.locator('.VPDoc h1').waitFor();
  });
});

describe.each(PAGES)("the site's page /%s", (path) => {
  it.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)(
    'is accessible and asks no other host, in %s colours, %d pixels wide',
    async (scheme, width) => {
      const { page, complaints } = await site.open(path, {
        colorScheme: scheme,
        viewport: { width, height: 900 },
        reducedMotion: 'reduce',
      });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      expect(await seriousFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );
});

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document),
  );
  expect(passes.map(({ id }) => id)).toContain('color-contrast');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, target }) => `${id}: ${target.join(' ')}: ${html.slice(0, 160)}`),
    );
}
