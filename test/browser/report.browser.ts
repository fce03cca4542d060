import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../scripts/browser/chromium.js';
import { writePage } from '../../src/experiments/report/page/page.js';
import { ReportDraw } from '../helpers/reports.js';

const folder = mkdtempSync(join(tmpdir(), 'spheregrad-report-'));
const address = pathToFileURL(join(folder, 'report.html')).href;
let browser: Browser;

beforeAll(async () => {
  const { html } = writePage({
    ...{ title: 'GPT and nGPT', lead: 'Two models.', facts: [['cores', '2']], command: 'ngpt compare' },
    ...{ settings: [], notes: [] },
    tables: [{ caption: 'Losses', columns: ['model', 'loss'], rows: [['nGPT', 1.6]] }],
    ...{ sample: 'Call me Ishmael.', data: new ReportDraw(11, 'tame').data() },
  });
  writeFileSync(join(folder, 'report.html'), html);
  browser = await chromium.launch({
    executablePath: findChromium(process.env.CHROMIUM),
    args: ['--no-sandbox'],
  });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the page as from the disk of somebody who is offline; `asked` are the addresses that it asks for. */
async function openReport(colorScheme: 'light' | 'dark', width: number, asked: string[]): Promise<Page> {
  // The page itself allows no script, not even that of the checks.
  const options = { colorScheme, viewport: { width, height: 900 }, offline: true, bypassCSP: true };
  const page = await (await browser.newContext(options)).newPage();
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => asked.push(`console: ${message.text()}`));
  await page.goto(address);
  return page;
}

describe.each(['light', 'dark'] as const)('a report in %s colours', (scheme) => {
  it('is there from the disk alone, and accessible, with all its tables open', async () => {
    const asked: string[] = [];
    const page = await openReport(scheme, 900, asked);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    expect(await page.locator('figure svg').count()).toBeGreaterThan(15);
    await page.evaluate(axe.source);
    const { violations, passes } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document),
    );
    expect(violations.map(({ id, impact, nodes }) => [id, impact, nodes[0].html.slice(0, 200)])).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain('color-contrast');
    expect(asked).toEqual([address]);
  });

  it('fits on a phone', async () => {
    const page = await openReport(scheme, 360, []);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });

  it('has its lines and words apart from the ground', async () => {
    const page = await openReport(scheme, 900, []);
    const [ground, ...colours] = await page.evaluate(() => {
      const style = (element: Element) => getComputedStyle(element);
      const lines = [...document.querySelectorAll('figure svg [stroke^="var("]')];
      const words = [...document.querySelectorAll('figure svg text')];
      return [
        style(document.body).backgroundColor,
        ...new Set([...lines.map((each) => style(each).stroke), ...words.map((each) => style(each).fill)]),
      ];
    });
    expect(colours.length).toBeGreaterThan(4);
    for (const colour of colours) {
      // Halos have the colour of the ground.
      if (colour !== ground) expect([colour, contrast(colour, ground) >= 3]).toEqual([colour, true]);
    }
  });
});

/** As WCAG 2 has it, of two colours `rgb(r, g, b)`. */
function contrast(a: string, b: string): number {
  const [light, dark] = [a, b].map(luminance).sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r, g, b] = [...colour.matchAll(/[\d.]+/g)].slice(0, 3).map(([value]) => {
    const share = Number(value) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
