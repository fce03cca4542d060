/** The built page in a second engine. */
import { type Browser, launch, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFirefox } from '../../../scripts/browser/firefox.js';
import { type Site, serve } from '../../../scripts/browser/site.js';
import { BUILT, SMALL } from './visit.js';

let browser: Browser;
let site: Site;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  site = await serve({ '/': BUILT });
  browser = await launch({ browser: 'firefox', executablePath: findFirefox(), headless: true });
  page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${site.url}${SMALL}&steps=50`);
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** Waits until a text of the page is as it should be. */
async function says(selector: string, pattern: RegExp, timeout = 60_000): Promise<void> {
  const text = () => page.$eval(selector, (place) => place.textContent ?? '');
  await expect.poll(text, { timeout }).toMatch(pattern);
}

describe('Firefox', () => {
  it('trains 50 steps of both models, and writes with them', async () => {
    await page.click('#train');
    await says('#states', /nGPT: step 50.*GPT: step 50/);
    await says(
      '#standings',
      /nGPT: step 50, held-out loss \d\.\d+, training loss \d\.\d+\. GPT: step 50, held-out loss \d\.\d+/,
    );
    await page.$eval('#writing', (panel) => panel.scrollIntoView());
    await expect
      .poll(() => page.$eval('#prompt', (area) => (area as HTMLTextAreaElement).value))
      .toBe('Call me Ishmael.');
    await page.click('#write');
    for (const arch of ['ngpt', 'gpt']) await says(`#written-${arch}`, /^Call me Ishmael\..{300}$/s);
    expect(complaints).toEqual([]);
  });
});
