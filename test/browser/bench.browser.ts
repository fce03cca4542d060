import { expect, it } from 'vitest';
import type { Measurement } from '../../bench/measure.js';
import { openPage } from './test-page.js';

it('measures on the benchmark page, shows a table and a chart, and copies JSON', async () => {
  const { page, close } = await openPage('bench/page', '?time=20&sizes=16,32&layers=1&batch=1', {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  try {
    await page.click('#start');
    await page.waitForFunction(
      () => document.querySelector('#status')!.textContent!.startsWith('done'),
      null,
      {
        timeout: 110_000,
      },
    );
    expect(await page.textContent('#machine')).toMatch(/SwiftShader/);
    expect(await page.locator('#table tr').allTextContents()).toEqual([
      expect.stringMatching(/wasm .*simd.*gpu webgl2.*gpu webgpu/),
      expect.stringMatching(/^matmul 16³(\d+\.\d\d ms){3}$/),
      expect.stringMatching(/^matmul 32³(\d+\.\d\d ms){3}$/),
      expect.stringMatching(/^training step nano-cpu(\d+\.\d\d ms){3}$/),
    ]);
    expect(await page.locator('#chart .bar').count()).toBe(9);
    await page.click('#copy');
    await page.waitForFunction(() => document.querySelector('#status')!.textContent === 'copied');
    const { results } = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    expect(results).toHaveLength(9);
    for (const { medianMs, rate } of results as Measurement[]) {
      expect(medianMs).toBeGreaterThan(0);
      expect(rate).toBeGreaterThan(0);
    }
  } finally {
    await close();
  }
});
