/** What the page asks for, what its policy allows, and how much it loads. */
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT, SMALL, Visitor } from './visit.js';

/** Bytes, gzipped, before anything is trained; the text that is learned from is not counted. */
const MOST_BYTES = 300 * 1024;

const SAID = /about (\d+) KB where the host compresses[^.]*about (\d+\.\d+) MB/;

let visitor: Visitor;

beforeAll(async () => {
  visitor = await Visitor.start();
});

afterAll(() => visitor?.close());

describe('the built page', () => {
  it('asks no other host, breaks no rule of its policy, and loads no gpu.js, in all that it does', async () => {
    const visit = await visitor.open(`${SMALL}&steps=40`, {
      before: () => {
        const broken: string[] = [];
        Object.assign(globalThis, { broken });
        addEventListener('securitypolicyviolation', (event) =>
          broken.push(`${event.violatedDirective}: ${event.blockedURI}`),
        );
      },
    });
    await visit.trainTo(40);
    for (const panel of ['sphere', 'writing', 'attention', 'inside', 'keeping']) {
      await visit.show(panel);
      await visit.page.waitForTimeout(1000);
    }
    await visit.press('Write');
    await visit.saved('Save losses (CSV)');
    await visit.show('curves');
    await visit.saved('Save picture of Learning curves');
    await visit.saved('Save picture of The way of one character');
    await visit.saved('Save nGPT');
    const hosts = visit.requests.map((url) =>
      /^(blob|data):/.test(url) ? visitor.site.url : `${new URL(url).origin}/`,
    );
    expect([...new Set(hosts)]).toEqual([visitor.site.url]);
    expect(visit.requests.length).toBeGreaterThan(5);
    expect(visit.requests.filter((url) => /gpu-browser/.test(url))).toEqual([]);
    expect(await visit.page.evaluate(() => (globalThis as unknown as { broken: string[] }).broken)).toEqual(
      [],
    );
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('has a policy that the browser holds it to', async () => {
    const visit = await visitor.open();
    const policy = await visit.page
      .locator('meta[http-equiv="Content-Security-Policy"]')
      .getAttribute('content');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/'unsafe-(inline|eval)'/);
    const violated = await visit.page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
            once: true,
          });
          fetch('https://example.invalid/').catch(() => {});
        }),
    );
    expect(violated).toBe('connect-src');
    await visit.close();
  });

  it('names no other host in what it is built of', () => {
    const files = readdirSync(`${BUILT}/assets`).filter((name) => /\.(js|css)$/.test(name));
    expect(files.length).toBeGreaterThan(3);
    const page = readFileSync(`${BUILT}/index.html`, 'utf8');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it('loads at most 300 KB before it trains', async () => {
    const visit = await visitor.open('');
    await expect.poll(() => visit.step('nGPT'), { timeout: 60_000 }).toBe(0);
    await expect.poll(() => visit.step('GPT'), { timeout: 60_000 }).toBe(0);
    const paths = [...new Set(visit.requests)].map((url) => new URL(url).pathname);
    const sizes = paths.map((path) => {
      const file = `${BUILT}${path.endsWith('/') ? `${path}index.html` : path}`;
      const bytes = readFileSync(file);
      return [path, gzipSync(bytes, { level: 9 }).length, bytes.length] as const;
    });
    const counted = sizes.filter(([path]) => !/\/moby-dick-[^/]*\.js$/.test(path));
    const total = counted.reduce((sum, [, size]) => sum + size, 0);
    console.log(`first load: ${(total / 1024).toFixed(0)} KB gzipped`, sizes);
    // All of it, the text too, is what docs/playground.md says.
    const [, packed, plain] = readFileSync('docs/playground.md', 'utf8').match(SAID) ?? [];
    const sum = (column: 1 | 2) => sizes.reduce((all, size) => all + size[column], 0);
    expect(Math.abs(sum(1) / 1000 / Number(packed) - 1)).toBeLessThan(0.1);
    expect(Math.abs(sum(2) / 1e6 / Number(plain) - 1)).toBeLessThan(0.1);
    expect(counted.length).toBe(sizes.length - 1);
    expect(total).toBeLessThanOrEqual(MOST_BYTES);
    await visit.close();
  });
});
