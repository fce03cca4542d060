/** What outlives a reload, a worker or the browser's storage. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SMALL, type Visit, Visitor } from './visit.js';

let visitor: Visitor;

beforeAll(async () => {
  visitor = await Visitor.start();
});

afterAll(() => visitor?.close());

/** Sentences that the page shows one after the other. */
function recordNotices(visit: Visit): Promise<string[]> {
  const seen: string[] = [];
  return visit.page
    .exposeFunction('noticed', (text: string) => seen.push(text))
    .then(() =>
      visit.page.evaluate(() => {
        const place = document.querySelector('#notices') as HTMLElement;
        const tell = () =>
          (globalThis as unknown as { noticed(text: string): void }).noticed(place.innerText);
        new MutationObserver(tell).observe(place, { childList: true, characterData: true, subtree: true });
      }),
    )
    .then(() => seen);
}

/** Training goes on: many steps after now. */
async function expectProgress(visit: Visit): Promise<void> {
  const now = (await visit.step('nGPT')) ?? 0;
  await visit.reach(now + 20);
}

describe('runs of the page', () => {
  it('are kept: after a reload they are in the table and go on where they were', async () => {
    const visit = await visitor.open(`${SMALL}&steps=100000&seed=3`);
    await visit.press('Train');
    const goOn = visit.page.getByRole('button', { name: 'Go on with: ' });
    await goOn.first().waitFor({ timeout: 60_000 });
    await visit.press('Pause');
    await visit.rest();
    await visit.page.reload();
    await goOn.first().waitFor();
    const row = visit.page.locator('#keeping tbody tr').first();
    const kept = Number((await row.locator('td').nth(1).innerText()).replaceAll(',', ''));
    expect(kept).toBeGreaterThan(0);
    await goOn.first().click();
    await expect
      .poll(async () => Math.min((await visit.step('nGPT')) ?? 0, (await visit.step('GPT')) ?? 0), {
        timeout: 30_000,
      })
      .toBeGreaterThan(0);
    const steps = { nGPT: (await visit.step('nGPT')) ?? 0, GPT: (await visit.step('GPT')) ?? 0 };
    const rows = await visit.numbers();
    for (const name of ['nGPT', 'GPT'] as const) {
      const own = rows.filter((each) => each.startsWith(`${name.toLowerCase()},step,`));
      expect(own).toHaveLength(steps[name]);
    }
    const second = await visit.page.context().newPage();
    await second.goto(visit.address);
    await second.getByRole('button', { name: 'Go on with it' }).click();
    await expect
      .poll(() => second.locator('#notices').innerText())
      .toBe('This run is open in another tab: here it goes on as a run of its own.');
    await second.close();
    await visit.press('One step');
    await expect.poll(() => visit.step('nGPT')).toBe(steps.nGPT + 1);
    // What it computes is what an unbroken run computes.
    const unbroken = await visitor.open(`${SMALL}&steps=${steps.nGPT + 1}&seed=3`);
    await unbroken.trainTo(steps.nGPT + 1);
    const lastOf = (all: string[]) => all.filter((each) => each.startsWith('ngpt,step,')).at(-1);
    expect(lastOf(await visit.numbers())).toBe(lastOf(await unbroken.numbers()));
    expect(visit.complaints).toEqual([]);
    await unbroken.close();

    const rowsBefore = await visit.page.locator('#keeping tbody tr').count();
    await visit.page.getByRole('button', { name: 'Forget: ' }).first().click();
    await expect.poll(() => visit.page.locator('#keeping tbody tr').count()).toBe(rowsBefore - 1);
    await visit.close();
  });

  it('are not lost to those of a step each; what has no state left begins again', async () => {
    const visit = await visitor.open(`${SMALL}&steps=100000`);
    await visit.press('Train');
    await visit.reach(50);
    // In the midst of training: it is kept to its last step all the same.
    const steps = Math.min((await visit.step('nGPT')) ?? 0, (await visit.step('GPT')) ?? 0);
    const rows = visit.page.locator('#keeping tbody tr');
    for (let i = 1; i <= 6; i++) {
      await visit.press('Begin again');
      await expect.poll(() => visit.step('nGPT'), { timeout: 30_000 }).toBe(0);
      await visit.press('One step');
      await visit.reach(1);
      await expect.poll(() => rows.count()).toBe(1 + i);
    }
    const texts = async (of: string) => (await rows.locator(of).allInnerTexts()).map((text) => text.trim());
    await expect
      .poll(async () => (await texts('td:last-child')).filter((text) => /^Begin/.test(text)))
      .toHaveLength(2);
    expect((await texts('td:last-child')).at(-1)).toMatch(/^Go on/);
    await rows.getByRole('link', { name: 'Begin it again' }).first().click();
    await expect.poll(() => visit.step('nGPT'), { timeout: 30_000 }).toBe(0);
    await rows.last().getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => visit.step('nGPT'), { timeout: 30_000 }).toBeGreaterThanOrEqual(steps);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('go on from the last state that was kept when a worker dies', async () => {
    const visit = await visitor.open(`${SMALL}&steps=100000`, {
      before: () => {
        const started: Worker[] = [];
        globalThis.Worker = class extends Worker {
          constructor(url: string | URL, options?: WorkerOptions) {
            super(url, options);
            started.push(this);
          }
        };
        Object.assign(globalThis, {
          killFirst() {
            started[0].terminate();
            started[0].dispatchEvent(new ErrorEvent('error', { message: 'Out of memory' }));
          },
        });
      },
    });
    await visit.press('Train');
    // A first state has been kept.
    await visit.page.getByRole('button', { name: 'Go on with: ' }).first().waitFor({ timeout: 60_000 });
    await visit.page.evaluate(() => (globalThis as unknown as { killFirst(): void }).killFirst());
    await expect
      .poll(() => visit.text('#notices'))
      .toMatch(/^nGPT: Out of memory \(at step \d+\); it goes on from step [1-9]\d*$/);
    await expectProgress(visit);
    await visit.press('Pause');
    await visit.rest();
    const rows = await visit.numbers();
    const steps = rows.filter((row) => row.startsWith('ngpt,step,')).map((row) => Number(row.split(',')[2]));
    expect(steps).toEqual(steps.map((_, i) => i + 1));
    await visit.close();
  });

  it.each([
    {
      what: 'forbidden',
      says: /^The browser's storage is not to be had .*training goes on/,
      before: () => {
        IDBFactory.prototype.open = () => {
          throw new DOMException('no', 'SecurityError');
        };
      },
    },
    {
      what: 'full',
      says: /^The browser's storage is full: training goes on/,
      before: () => {
        IDBObjectStore.prototype.put = () => {
          throw new DOMException('no', 'QuotaExceededError');
        };
      },
    },
  ])('go on where storage is $what, which is said once', async ({ says, before }) => {
    const visit = await visitor.open(`${SMALL}&steps=100000`, { before });
    await visit.press('Train');
    await expect.poll(() => visit.text('#notices'), { timeout: 60_000 }).toMatch(says);
    // Put away it stays away, though keeping is tried again every five seconds.
    await visit.page.locator('#put-away').click();
    await expect.poll(() => visit.text('#notices')).toBe('');
    const seen = await recordNotices(visit);
    await visit.page.waitForTimeout(11_000);
    expect(seen).toEqual([]);
    await expectProgress(visit);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });
});
