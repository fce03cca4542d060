/** What the panels show of models in training. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SMALL, type Visit, Visitor } from './visit.js';

let visitor: Visitor;
let visit: Visit;

beforeAll(async () => {
  visitor = await Visitor.start();
  visit = await visitor.open(`${SMALL}&layers=2&steps=40`.replace('layers=1&', ''));
  await visit.trainTo(40);
});

afterAll(() => visitor?.close());

describe('panels', () => {
  it('save what they draw as a picture, and their tables as numbers', async () => {
    for (const name of ['curves', 'sphere', 'attention', 'inside']) {
      await visit.show(name);
      await visit.page.locator(`#${name} :is(canvas, svg)`).first().waitFor();
      const png = await saved(name, 'picture');
      expect([...png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
      // The width that its header says.
      expect(png.readUInt32BE(16)).toBeGreaterThan(200);
      expect(png.length).toBeGreaterThan(2000);
    }
    const rows = (await saved('sphere', 'numbers')).toString().trim().split('\n');
    expect(rows.map((row) => row.split(',')[0])).toEqual([
      ...['after', 'embedding', 'attention 1', 'MLP 1', 'attention 2', 'MLP 2'],
    ]);
    expect((await saved('inside', 'numbers')).toString()).toMatch(/\ncondition number,nGPT,GPT\nquery,/);
  });

  it('write what both models say after a prompt, and what each thinks comes next', async () => {
    await visit.show('writing');
    await visit.page.locator('#prompt').fill('The sea');
    await visit.page.locator('#prompt').press('Tab');
    for (const arch of ['ngpt', 'gpt']) {
      await visit.page.locator(`#next-${arch} li`).first().waitFor();
      const shares = await visit.page
        .locator(`#next-${arch} .bar`)
        .evaluateAll((all) =>
          all.map((bar) => Number((bar as HTMLElement).style.getPropertyValue('--share'))),
        );
      expect(shares.length).toBe(12);
      expect(shares).toEqual([...shares].sort((a, b) => b - a));
      expect(shares.reduce((sum, share) => sum + share)).toBeLessThanOrEqual(1 + 1e-6);
      expect(shares[0]).toBeGreaterThan(0);
    }
    await visit.press('Write');
    for (const arch of ['ngpt', 'gpt']) {
      const written = visit.page.locator(`#written-${arch}`);
      await expect.poll(async () => (await written.textContent())?.length, { timeout: 60_000 }).toBe(7 + 300);
      expect(await written.textContent()).toMatch(/^The sea/);
    }
    await visit.page.locator('#prompt').fill('日本');
    await visit.page.locator('#prompt').press('Tab');
    await expect.poll(() => visit.text('#writing-problem')).toContain('日');
    await visit.page.locator('#prompt').fill('The');
    await visit.page.locator('#prompt').press('Tab');
    await expect.poll(() => visit.page.locator('#writing-problem').textContent()).toBe('');
  });

  it('show who looks at whom, a square for each head', async () => {
    await visit.show('attention');
    const maps = visit.page.locator('#attention canvas');
    await expect.poll(() => maps.count(), { timeout: 30_000 }).toBe(4);
    await visit.page.locator('#attention-layer').selectOption('1');
    await expect.poll(() => maps.count()).toBe(4);
    for (const map of await maps.all()) {
      expect(await map.getAttribute('aria-label')).toMatch(
        /^Head \d of (nGPT|GPT): the last character looks most at/,
      );
      const inked = await map.evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        const alpha = (x: number, y: number) => data[4 * (y * canvas.width + x) + 3];
        return { first: alpha(2, 2), future: alpha(canvas.width - 2, 2) };
      });
      // The first character can look at itself alone, and nobody at what follows.
      expect(inked).toEqual({ first: 255, future: 0 });
    }
  });

  it('show scales, cosines and condition numbers', async () => {
    await visit.show('inside');
    await expect.poll(() => visit.page.locator('#inside figure svg').count(), { timeout: 60_000 }).toBe(2);
    const tables = await visit.page.locator('#inside table').allInnerTexts();
    expect(tables).toHaveLength(2);
    expect(tables[0]).toMatch(/α/);
    for (const table of tables) expect(table).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('show the way of a character on the sphere, and how much of it the picture keeps', async () => {
    await visit.show('sphere');
    const dots = visit.page.locator('#sphere .picture').first().locator('circle');
    // Embedding, attention and MLP of two layers, and the outline.
    await expect.poll(() => dots.count(), { timeout: 30_000 }).toBe(1 + 5);
    const [, share] = (await visit.text('#sphere-kept')).match(/keeps (\d+) % of the squared lengths/) ?? [];
    expect(Number(share)).toBeGreaterThan(30);
    expect(Number(share)).toBeLessThan(100);
    const before = await visit.page.locator('#sphere svg').first().innerHTML();
    await visit.page.locator('#sphere-turn').press('ArrowRight');
    expect(await visit.page.locator('#sphere svg').first().innerHTML()).not.toBe(before);
    expect(visit.complaints).toEqual([]);
  });

  it('show all there is of the toy sphere', async () => {
    const toy = await visitor.open();
    await toy.page.locator('#example').selectOption('toy-sphere');
    await toy.press('Begin with this');
    await expect.poll(() => toy.page.url()).toContain('embd=3');
    await toy.press('One step');
    await expect.poll(() => toy.step('nGPT'), { timeout: 30_000 }).toBe(1);
    await toy.show('sphere');
    await expect
      .poll(() => toy.text('#sphere-kept'), { timeout: 30_000 })
      .toBe('The picture is exact: there are no more than three dimensions.');
    const cells = await toy.page
      .locator('#sphere tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)),
      );
    // All of them on the sphere, nothing left out.
    expect(cells.length).toBeGreaterThan(4);
    for (const [, , length, kept] of cells) expect([length, kept]).toEqual(['1.000', '100 %']);
    await toy.close();
  });

  it('compute on the graphics card when that is chosen, and load gpu.js only then', async () => {
    for (const mode of ['webgpu', 'webgl2']) {
      const gpu = await visitor.open('#v=1&layers=1&heads=2&embd=16&block=16&batch=2&eval=100&steps=100');
      await gpu.press('One step');
      await expect.poll(() => gpu.step('nGPT'), { timeout: 30_000 }).toBe(1);
      const isGpu = (url: string) => /\/gpu-browser-[^/]*\.js$/.test(url);
      expect(gpu.requests.filter(isGpu)).toEqual([]);
      await gpu.openSetup();
      await gpu.page.locator('#setup-mode').selectOption(mode);
      await gpu.page.locator('#setup-backend').selectOption('gpu');
      await gpu.press('Begin with this');
      await expect.poll(() => gpu.text('#states'), { timeout: 60_000 }).toMatch(`on gpu (${mode})`);
      await gpu.press('Train');
      await gpu.reach(4, 120_000);
      await gpu.press('Pause');
      await gpu.rest(60_000);
      const losses = (await gpu.numbers())
        .filter((row) => /^(ngpt|gpt),step,/.test(row))
        .map((row) => Number(row.split(',')[3]));
      for (const loss of losses) expect(loss).toBeLessThan(6);
      expect(gpu.requests.filter(isGpu).length).toBeGreaterThan(0);
      expect(gpu.complaints).toEqual([]);
      await gpu.close();
    }
  });
});

/** The file that a button of a panel hands out. */
async function saved(panel: string, kind: 'picture' | 'numbers'): Promise<Buffer> {
  const download = visit.page.waitForEvent('download');
  await visit.page.locator(`#${panel}-save-${kind}`).click();
  return readFileSync(await (await download).path());
}
