/** Pages of the built site in Chromium. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../scripts/browser/chromium.js';
import { type Site, serve } from '../../../scripts/browser/site.js';

export const BUILT = 'out/site';

export interface Visit {
  readonly page: Page;
  /** Requests to other hosts, answers that are none, errors and what the console complains of. */
  readonly complaints: readonly string[];
}

/** A browser and a server for the built site. */
export class SiteVisitor {
  private constructor(
    private readonly browser: Browser,
    private readonly site: Site,
  ) {}

  static async start(): Promise<SiteVisitor> {
    if (!existsSync(`${BUILT}/index.html`)) throw new Error('the site is not built: npm run build:site');
    const executablePath = findChromium(process.env.CHROMIUM);
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    return new SiteVisitor(browser, await serve({ '/': BUILT }));
  }

  /** Opens a page, `learn/` or `api/index.html`, in a browser that has seen nothing yet. */
  async open(path: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const complaints: string[] = [];
    const page = await (await this.browser.newContext({ bypassCSP: true, ...options })).newPage();
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(this.site.url) && !/^(data|blob):/.test(url)) complaints.push(`asks for ${url}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(`${this.site.url}${path}`, { waitUntil: 'networkidle' });
    // VitePress names its switch of colours once it has woken; source pages have none.
    if (!path.startsWith('source/'))
      await page.waitForSelector('.VPSwitchAppearance:not([title=""])', { state: 'attached' });
    return { page, complaints };
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.site.close();
  }
}
