import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium, SOFTWARE_GPU } from '../../scripts/browser/chromium.js';
import { buildSite, serve } from '../../scripts/browser/site.js';

export interface OpenPage {
  readonly page: Page;
  /** What the console and uncaught errors said. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Bundles the page in a folder of the repo, serves it with the fixtures beside it, and opens it in Chromium. */
export async function openPage(
  source: string,
  query = '',
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const browser = await chromium.launch({
    executablePath: findChromium(process.env.CHROMIUM),
    args: SOFTWARE_GPU,
  });
  const folder = mkdtempSync(join(tmpdir(), 'spheregrad-browser-'));
  await buildSite(inRepo(source), folder);
  const site = await serve({ '/': folder, '/fixtures/': inRepo('test/fixtures') });
  const page = await (await browser.newContext(options)).newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${site.url}${query}`);
  return {
    page,
    complaints,
    close: async () => {
      await browser.close();
      await site.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The page of test/browser/page, once it offers its functions. */
export async function openTestPage(): Promise<OpenPage> {
  const opened = await openPage('test/browser/page');
  await opened.page.waitForFunction(() => 'tests' in globalThis);
  return opened;
}

function inRepo(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
