/** The built playground in Chromium, and what a visitor does there. */
import { readFile } from 'node:fs/promises';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { expect, vi } from 'vitest';
import { findChromium, SOFTWARE_GPU } from '../../../scripts/browser/chromium.js';
import { type Site, serve } from '../../../scripts/browser/site.js';

export const BUILT = 'out/web';

/** Small enough for a step in a few milliseconds; the build of the kernels is one that every Node and browser has. */
export const SMALL = '#v=1&layers=1&heads=2&embd=16&block=16&batch=2&eval=20&mode=simd';

export type Name = 'nGPT' | 'GPT';
const NAMES: readonly Name[] = ['nGPT', 'GPT'];

export interface VisitOptions extends BrowserContextOptions {
  /** Runs in the page before its own scripts. */
  readonly before?: () => void;
}

/** A browser and a server for the built page. */
export class Visitor {
  private constructor(
    readonly browser: Browser,
    readonly site: Site,
  ) {}

  static async start(): Promise<Visitor> {
    const executablePath = findChromium(process.env.CHROMIUM);
    const browser = await chromium.launch({ executablePath, args: SOFTWARE_GPU });
    return new Visitor(browser, await serve({ '/': BUILT }));
  }

  /** Opens it with a link, in a browser that has seen nothing yet. */
  async open(link = SMALL, { before, ...options }: VisitOptions = {}): Promise<Visit> {
    const context = await this.browser.newContext({ acceptDownloads: true, ...options });
    if (before !== undefined) await context.addInitScript(before);
    const visit = new Visit(context, await context.newPage(), `${this.site.url}${link}`);
    await visit.page.goto(visit.address);
    return visit;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.site.close();
  }
}

export class Visit {
  /** What the console, uncaught errors and the policy of the page said. */
  readonly complaints: string[] = [];
  /** Addresses that were asked for. */
  readonly requests: string[] = [];

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly address: string,
  ) {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    // Of the context: those of workers too.
    context.on('request', (request) => this.requests.push(request.url()));
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  text(selector: string): Promise<string> {
    return this.page.locator(selector).innerText();
  }

  /** Steps that the page says a model has made; null while it says something else. */
  async step(name: Name): Promise<number | null> {
    const states = (await this.text('#states')).split(' · ');
    const [, step] = states.flatMap((state) => state.match(new RegExp(`^${name}: step ([\\d,]+)`)) ?? []);
    return step === undefined ? null : Number(step.replaceAll(',', ''));
  }

  /** Waits until both have made so many steps. */
  async reach(step: number, timeout = 90_000): Promise<void> {
    for (const name of NAMES) {
      await vi.waitFor(async () => expect(await this.step(name)).toBeGreaterThanOrEqual(step), {
        ...{ timeout, interval: 100 },
      });
    }
  }

  /** Waits until both have stopped. */
  async rest(timeout = 90_000): Promise<void> {
    await this.page.locator('#train', { hasText: 'Train' }).waitFor({ timeout });
  }

  /** Trains to the end of the setup. */
  async trainTo(step: number): Promise<void> {
    await this.press('Train');
    await this.reach(step);
    await this.rest();
  }

  async show(panel: string): Promise<void> {
    await this.page.locator(`#${panel}`).scrollIntoViewIfNeeded();
  }

  /** Opens all parts of the setup panel. */
  async openSetup(): Promise<void> {
    await this.page.locator('#setup details').evaluateAll((all) => {
      for (const details of all) (details as HTMLDetailsElement).open = true;
    });
  }

  /** The file that a press of a button hands out. */
  async saved(button: string): Promise<{ name: string; path: string }> {
    const waiting = this.page.waitForEvent('download');
    await this.press(button);
    const download = await waiting;
    return { name: download.suggestedFilename(), path: await download.path() };
  }

  /** Rows of the table of numbers, without the seconds, which no two runs share. */
  async numbers(): Promise<string[]> {
    const { path } = await this.saved('Save losses (CSV)');
    const rows = (await readFile(path, 'utf8')).trimEnd().split('\n');
    return rows.map((row) =>
      row
        .split(',')
        .filter((_, column) => column !== 3)
        .join(),
    );
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
