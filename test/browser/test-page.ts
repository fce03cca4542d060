import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium, SOFTWARE_GPU } from '../../scripts/browser/chromium.js';
import { buildSite, type Site, serve } from '../../scripts/browser/site.js';

export interface OpenPage {
  readonly page: Page;
  /** What the console and uncaught errors said. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** A page in a folder of the repo: bundled once, served with the fixtures beside it, and a Chromium to open it in. */
export class PageVisitor {
  private constructor(
    private readonly browser: Browser,
    private readonly folder: string,
    private readonly site: Site,
  ) {}

  static async start(source: string): Promise<PageVisitor> {
    const executablePath = findChromium(process.env.CHROMIUM);
    const browser = await chromium.launch({ executablePath, args: SOFTWARE_GPU });
    const folder = mkdtempSync(join(tmpdir(), 'spheregrad-browser-'));
    await buildSite(inRepo(source), folder);
    return new PageVisitor(
      browser,
      folder,
      await serve({ '/': folder, '/fixtures/': inRepo('test/fixtures') }),
    );
  }

  /** Opens it for someone who has seen nothing yet. */
  async open(query = '', options: BrowserContextOptions = {}): Promise<OpenPage> {
    const context = await this.browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${this.site.url}${query}`);
    return { page, complaints, close: () => context.close() };
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.site.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The page of test/browser/page, once it offers its functions. */
export async function openTestPage(): Promise<OpenPage> {
  const visitor = await PageVisitor.start('test/browser/page');
  const opened = await visitor.open();
  await opened.page.waitForFunction(() => 'tests' in globalThis);
  return { ...opened, close: () => visitor.close() };
}

function inRepo(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
