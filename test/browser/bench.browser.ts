import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Measurement } from '../../bench/measure.js';
import { type OpenPage, PageVisitor } from './test-page.js';

let visitor: PageVisitor;
let opened: OpenPage;
let page: OpenPage['page'];

beforeAll(async () => {
  visitor = await PageVisitor.start('bench/page');
});
afterAll(() => visitor?.close());

async function openBench(query: string): Promise<void> {
  opened = await visitor.open(query, { permissions: ['clipboard-read', 'clipboard-write'] });
  page = opened.page;
}

afterEach(() => opened.close());

/** Waits until the page says `wanted`. @throws Error with what it says instead, as soon as it says that it failed. */
async function statusIs(wanted: RegExp): Promise<void> {
  const failure = /^(failed|could not)/;
  const awaited = new RegExp(`${wanted.source}|${failure.source}`);
  const handle = await page.waitForFunction(
    (awaited) => {
      const status = document.querySelector('#status')!.textContent!;
      return awaited.test(status) && status;
    },
    awaited,
    { timeout: 110_000 },
  );
  const status = String(await handle.jsonValue());
  if (!wanted.test(status)) throw new Error(`the page says '${status}'`);
}

/** Makes the page's clock go on in steps, as those of some browsers do. */
async function coarsenClock(tickMs: number): Promise<void> {
  await page.evaluate((tickMs) => {
    const now = performance.now.bind(performance);
    performance.now = () => Math.floor(now() / tickMs) * tickMs;
  }, tickMs);
}

async function copied(): Promise<{ results: Measurement[]; problems: string[] }> {
  await page.click('#copy');
  await statusIs(/^copied$/);
  return JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
}

const SMALL = '?time=20&sizes=16,32&layers=1&batch=1';

it('measures on the benchmark page, shows a table and a chart, and copies JSON', async () => {
  await openBench(SMALL);
  // On any machine a product of 16³ takes less.
  await coarsenClock(1);
  expect(await page.textContent('#machine')).toMatch(/\d+ cores.*SwiftShader/);
  expect(await page.textContent('#cases')).toContain('(1 layer, width 128, ');
  await page.click('#start');
  await statusIs(/^done$/);
  const duration = String.raw`(\d+\.\d\d ms|\d+ µs)`;
  expect(await page.locator('#table tr').allTextContents()).toEqual([
    expect.stringMatching(/wasm .*simd.*gpu webgl2.*gpu webgpu/),
    expect.stringMatching(new RegExp(`^matmul 16³${duration.repeat(3)}$`)),
    expect.stringMatching(new RegExp(`^matmul 32³${duration.repeat(3)}$`)),
    expect.stringMatching(new RegExp(`^training step nano-cpu${duration.repeat(3)}$`)),
  ]);
  expect(await page.locator('#chart .bar').count()).toBe(9);
  const { results, problems } = await copied();
  expect(results).toHaveLength(9);
  expect(problems).toEqual([]);
  for (const { medianMs, rate } of results) {
    expect(medianMs).toBeGreaterThan(0);
    expect(rate).toBeGreaterThan(0);
  }
  expect(opened.complaints).toEqual([]);
});

it('measures the rest where a device fails, and says what did', async () => {
  await openBench('?time=20&sizes=16&layers=1&batch=1');
  await page.evaluate(() => {
    const { prototype } = (globalThis as unknown as Record<string, { prototype: Record<string, unknown> }>)
      .GPUDevice;
    const original = prototype.createComputePipeline as (...given: unknown[]) => unknown;
    let calls = 0;
    // The first is the question whether there is a GPU at all.
    prototype.createComputePipeline = function (...given: unknown[]) {
      if (++calls > 1) throw new Error('no more pipelines');
      return original.apply(this, given);
    };
  });
  await page.click('#start');
  await statusIs(/^done$/);
  const { results, problems } = await copied();
  expect(results.map(({ backend }) => backend.replace(/ .*simd/, ''))).toEqual([
    ...['wasm', 'gpu webgl2'],
    ...['wasm', 'gpu webgl2'],
  ]);
  expect(problems).toEqual([
    expect.stringMatching(/^matmul 16³ on gpu webgpu: gpu: webgpu cannot .*: no more pipelines$/),
    expect.stringMatching(/^training step nano-cpu on gpu webgpu: gpu: webgpu cannot .*: no more pipelines$/),
  ]);
  expect(await page.locator('#problems li').allTextContents()).toEqual(problems);
});

it('hears at once of a page that fails, and why', async () => {
  await openBench('?time=20&sizes=16&layers=1&batch=1');
  await page.evaluate(() => {
    Object.defineProperty(HTMLMeterElement.prototype, 'value', {
      set: () => {
        throw new Error('no meters');
      },
    });
  });
  await page.click('#start');
  await expect(statusIs(/^done$/)).rejects.toThrow("the page says 'failed: no meters'");
});

it('stops when asked, and can begin again', async () => {
  await openBench('?time=60000&sizes=64');
  await page.click('#start');
  await statusIs(/^1 of 6/);
  await page.click('#stop');
  await statusIs(/^stopped$/);
  expect(await page.isEnabled('#start')).toBe(true);
  expect(await page.isEnabled('#stop')).toBe(false);
});

it('refuses an address with numbers that are none', async () => {
  await openBench('?sizes=16,many');
  expect(await page.textContent('#status')).toMatch(/whole numbers above 0, got 'many'/);
  expect(await page.isEnabled('#start')).toBe(false);
});
