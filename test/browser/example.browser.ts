import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../scripts/browser/chromium.js';

let server: ViteDevServer;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
const asked = new Set<string>();

// As `npx vite examples/page` does.
beforeAll(async () => {
  const root = fileURLToPath(new URL('../../examples/page', import.meta.url));
  server = await createServer({ root, logLevel: 'error', server: { host: '127.0.0.1', port: 0 } });
  await server.listen();
  browser = await chromium.launch({
    executablePath: findChromium(process.env.CHROMIUM),
    args: ['--no-sandbox'],
  });
  page = await (await browser.newContext({ viewport: { width: 360, height: 800 } })).newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => asked.add(new URL(request.url()).host));
  await page.goto(server.resolvedUrls?.local[0] ?? '');
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** The step and the loss that the page shows. */
async function progress(): Promise<[step: number, loss: number]> {
  const shown = (await page.locator('#progress').textContent()) ?? '';
  const [, step, loss] = shown.match(/^step (\d+): loss ([\d.]+) nats per character$/) ?? [];
  return [Number(step), Number(loss)];
}

describe('the page of examples/', () => {
  it('learns, writes, and stays free between steps', async () => {
    // It is disabled as long as the page is loading.
    await page.getByRole('button', { name: 'Train' }).click({ timeout: 90_000 });
    await expect.poll(async () => (await progress())[0], { timeout: 30_000 }).toBeGreaterThan(0);
    const [, first] = await progress();
    await expect.poll(async () => (await progress())[0], { timeout: 60_000 }).toBeGreaterThanOrEqual(100);
    expect((await progress())[1]).toBeLessThan(first - 0.8);
    expect(await page.locator('#text').textContent()).toHaveLength(200);
    // Timers of others come through while it trains.
    const turns = await page.evaluate(async () => {
      let count = 0;
      const until = performance.now() + 1000;
      while (performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve));
        count++;
      }
      return count;
    });
    expect(turns).toBeGreaterThan(4);
  });

  it('stops where it is when told to, and goes on from there', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    const [step] = await progress();
    await page.waitForTimeout(300);
    // The step that was under way may still have ended.
    expect((await progress())[0]).toBeLessThanOrEqual(step + 1);
    await page.getByRole('button', { name: 'Train' }).click();
    await expect.poll(async () => (await progress())[0], { timeout: 30_000 }).toBeGreaterThan(step + 1);
    await page.getByRole('button', { name: 'Pause' }).click();
  });

  it('is accessible, fits on a phone, asks no other host, and has nothing to complain of', async () => {
    await page.evaluate(axe.source);
    const { violations, passes } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document),
    );
    expect(violations.map(({ id, nodes }) => [id, nodes[0].html])).toEqual([]);
    expect(passes.length).toBeGreaterThan(5);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect([...asked]).toEqual([new URL(server.resolvedUrls?.local[0] ?? '').host]);
    expect(complaints).toEqual([]);
  });
});
