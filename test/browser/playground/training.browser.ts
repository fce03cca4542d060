import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historiesCsv } from '../../../web/keeping/csv.js';
import { fromLink } from '../../../web/setup/link.js';
import { History } from '../../../web/training/history.js';
import { openSession } from '../../../web/training/session.js';
import { SMALL, Visitor } from './visit.js';

let visitor: Visitor;

beforeAll(async () => {
  visitor = await Visitor.start();
});

afterAll(() => visitor?.close());

/** What a link computes in Node, as rows without seconds. */
async function numbersInNode(link: string): Promise<string[]> {
  const { setup, problems } = fromLink(link);
  expect(problems).toEqual([]);
  const histories = { ngpt: new History(), gpt: new History() };
  for (const arch of ['ngpt', 'gpt'] as const) {
    const session = await openSession({ setup, arch, ownText: null, checkpoint: null });
    for (let step = 0; ; step++) {
      if (step % setup.evalInterval === 0 || step === setup.steps)
        histories[arch].addEvaluation(await session.evaluate());
      if (step === setup.steps) break;
      histories[arch].addStep(await session.step());
    }
    session.dispose();
  }
  const rows = historiesCsv(histories).trimEnd().split('\n');
  return rows.map((row) => row.replace(/^((?:[^,]*,){3})[^,]*,/, '$1'));
}

describe('training in the page', () => {
  it('starts, stops, makes one step and begins again', async () => {
    const visit = await visitor.open();
    await visit.press('Train');
    await visit.reach(5);
    await visit.page.locator('#standings', { hasText: /\d\.\d/ }).waitFor({ timeout: 30_000 });
    await visit.press('Pause');
    await visit.rest();
    const stopped = [await visit.step('nGPT'), await visit.step('GPT')];
    await visit.page.waitForTimeout(500);
    expect([await visit.step('nGPT'), await visit.step('GPT')]).toEqual(stopped);

    await visit.press('One step');
    await expect.poll(() => visit.step('nGPT')).toBe((stopped[0] ?? 0) + 1);
    await expect.poll(() => visit.step('GPT')).toBe((stopped[1] ?? 0) + 1);
    await visit.rest();

    await visit.press('Begin again');
    await expect.poll(() => visit.step('nGPT'), { timeout: 30_000 }).toBe(0);
    await expect.poll(() => visit.step('GPT'), { timeout: 30_000 }).toBe(0);
    expect(await visit.numbers()).toHaveLength(1);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('makes every step that is asked for, begins when loaded or not at all, and keeps what was not begun with', async () => {
    const visit = await visitor.open(SMALL, {
      before: () => {
        // What workers are told waits, so that one can press while models load.
        const waiting: (() => void)[] = [];
        const post = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (message: unknown) {
          waiting.push(() => post.call(this, message));
        };
        Object.assign(globalThis, {
          load() {
            Worker.prototype.postMessage = post;
            for (const each of waiting) each();
          },
        });
      },
    });
    const { page } = visit;
    await visit.press('Train');
    expect(await visit.text('#train')).toBe('Pause');
    await expect
      .poll(() => visit.text('#states'))
      .toBe('nGPT is loading, then trains · GPT is loading, then trains');
    await visit.press('Pause');
    await visit.openSetup();
    await page.locator('#setup-nLayer').fill('12');
    await page.locator('#setup-nEmbd').fill('');
    await page.locator('#setup-data').selectOption('own');
    await page.locator('#own-text').fill('to be or not to be');
    await page.evaluate(() => (globalThis as unknown as { load(): void }).load());
    await expect.poll(() => visit.step('GPT')).toBe(0);
    await page.waitForTimeout(500);
    expect(await visit.step('GPT')).toBe(0);
    // Faster than any step is made.
    await page.locator('#step').evaluate((button: HTMLButtonElement) => {
      for (let i = 0; i < 5; i++) button.click();
    });
    await visit.reach(5);
    await visit.rest();
    expect([await visit.step('nGPT'), await visit.step('GPT')]).toEqual([5, 5]);
    await visit.press('Begin again');
    await expect.poll(() => visit.step('nGPT')).toBe(0);
    const values = ['#setup-nLayer', '#setup-nEmbd', '#setup-data', '#own-text'].map((id) =>
      page.locator(id).inputValue(),
    );
    expect(await Promise.all(values)).toEqual(['12', '', 'own', 'to be or not to be']);
    await page.locator('#setup-nEmbd').fill('1024');
    await page.locator('#setup-data').selectOption('moby-dick');
    await expect
      .poll(() => visit.text('#setup-size'))
      .toMatch(/^Each model has about 200 million .* much for a page/);
    await visit.close();
  });

  it('computes the same losses from the same link, in another page and in Node, to the last digit', async () => {
    const link = `${SMALL}&steps=40&seed=7`;
    const pages: string[][] = [];
    for (let i = 0; i < 2; i++) {
      const visit = await visitor.open(link);
      await visit.trainTo(40);
      pages.push(await visit.numbers());
      await visit.close();
    }
    expect(pages[0]).toHaveLength(1 + 2 * (40 + 3));
    expect(pages[1]).toEqual(pages[0]);
    expect(pages[0]).toEqual(await numbersInNode(link));
  });

  it('stops at the end of the setup, and goes on when the end is moved', async () => {
    const visit = await visitor.open(`${SMALL}&steps=20`);
    await visit.trainTo(20);
    const before = await visit.numbers();
    await visit.openSetup();
    await visit.page.locator('#setup-steps').fill('30');
    await visit.page.locator('#setup-steps').press('Tab');
    await visit.press('Train');
    await expect.poll(() => visit.text('#notices')).toMatch(/^This run has reached its 20 steps/);
    await visit.press('Go on to 30 steps');
    await expect.poll(() => visit.page.url()).toContain('steps=30');
    await visit.reach(30);
    await visit.rest();
    expect(await visit.text('#notices')).toBe('');
    const after = await visit.numbers();
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.filter((row) => row.startsWith('ngpt,step,'))).toHaveLength(30);
    await visit.close();
  });

  it('learns a task: the held-out loss falls by a fifth and more', async () => {
    const visit = await visitor.open(
      '#v=1&data=sort&layers=1&embd=32&block=32&batch=8&steps=200&eval=100&mode=simd',
    );
    await visit.trainTo(200);
    const rows = await visit.numbers();
    for (const arch of ['ngpt', 'gpt']) {
      const held = rows
        .filter((row) => row.startsWith(`${arch},eval,`))
        .map((row) => Number(row.split(',').at(-1)));
      expect(held).toHaveLength(3);
      expect(held[2]).toBeLessThan(0.8 * held[0]);
    }
    expect(await visit.text('#lead')).toMatch(/steps/);
    await visit.close();
  });
});
