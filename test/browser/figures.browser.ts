import axe from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FIGURES } from '../../learn/figures/index.js';
import { WAITS } from '../../learn/figures/waits/step.js';
import { type OpenPage, PageVisitor } from './test-page.js';

const NAMES = Object.keys(FIGURES);

let visitor: PageVisitor;
beforeAll(async () => {
  visitor = await PageVisitor.start('test/browser/figures');
});
afterAll(() => visitor?.close());

let open: OpenPage | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

/** The page with one figure, or with all, once they have drawn. */
async function openFigures(name: string | null, options: BrowserContextOptions = {}): Promise<Page> {
  open = await visitor.open(name === null ? '' : `?name=${name}`, options);
  const { page } = open;
  const names = name === null ? NAMES : [name];
  for (const each of names) await page.locator(`${each} .picture svg`).waitFor({ timeout: 60_000 });
  return page;
}

function picture(page: Page, name = ''): Promise<string> {
  return page.locator(`${name} .picture`).innerHTML();
}

describe.each(['light', 'dark'] as const)('all figures in %s colours', (colorScheme) => {
  it('are accessible, at the width of a phone', async () => {
    const page = await openFigures(null, { colorScheme, viewport: { width: 360, height: 900 } });
    await page.evaluate(axe.source);
    const { violations, passes } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document),
    );
    expect(violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)])).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain('color-contrast');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(open?.complaints).toEqual([]);
  });
});

/** What is wrong with the words of the pictures: too small, cut off, or on each other. */
function misplaced(page: Page): Promise<string[]> {
  return page.evaluate((names) => {
    const problems: string[] = [];
    for (const name of names) {
      const svg = document.querySelector(name)?.shadowRoot?.querySelector('.picture svg');
      if (!svg) continue;
      const frame = svg.getBoundingClientRect();
      const words = [...svg.querySelectorAll('text')].filter((text) => text.textContent !== '');
      const boxes = words.map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
      for (const text of words) {
        const size = Number.parseFloat(getComputedStyle(text).fontSize);
        if (size < 12) problems.push(`${name}: ${text.textContent} is ${size} px`);
      }
      boxes.forEach(({ text, box }, i) => {
        const isInside =
          box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.top >= frame.top - 1;
        if (!isInside || box.bottom > frame.bottom + 1) problems.push(`${name}: ${text} is cut off`);
        for (const other of boxes.slice(i + 1)) {
          const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
          const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
          // Boxes of letters have air above and below.
          if (across > 1 && down > 4) problems.push(`${name}: ${text} is on ${other.text}`);
        }
      });
    }
    return problems;
  }, NAMES);
}

it.each([360, 900])('all figures have words that can be read, %i pixels wide', async (width) => {
  const page = await openFigures(null, { viewport: { width, height: 900 } });
  expect(await misplaced(page)).toEqual([]);
});

it('all figures stand still for whoever asks for less motion', async () => {
  // As high as all of them: what is out of sight may rest anyway.
  const page = await openFigures(null, { reducedMotion: 'reduce', viewport: { width: 900, height: 12_000 } });
  expect(await page.getByRole('button', { name: 'Play' }).count()).toBe(0);
  const pictures = () => Promise.all(NAMES.map((name) => picture(page, name)));
  const before = await pictures();
  await page.waitForTimeout(1500);
  expect(await pictures()).toEqual(before);
});

describe.each(NAMES)('%s', (name) => {
  it('does all by keyboard', async () => {
    const page = await openFigures(name);
    const controls = page.locator(`${name} :is(button, input, select, [role="slider"])`);
    const count = await controls.count();
    expect(count).toBeGreaterThan(0);
    let changes = 0;
    for (let i = 0; i < count; i++) {
      const control = controls.nth(i);
      await control.focus();
      const before = await picture(page);
      const kind = await control.evaluate((element) => element.getAttribute('type') ?? element.tagName);
      await page.keyboard.press(kind === 'button' ? 'Enter' : kind === 'checkbox' ? 'Space' : 'ArrowRight');
      if (kind === 'SELECT') await page.keyboard.press('ArrowDown');
      if ((await picture(page)) !== before) changes++;
      expect(await page.evaluate((tag) => document.activeElement?.localName === tag, name)).toBe(true);
    }
    expect(changes).toBeGreaterThan(0);
    expect(open?.complaints).toEqual([]);
  });
});

describe('the figure of the tape', () => {
  it('steps, and says what each step did', async () => {
    const page = await openFigures('figure-tape');
    const said = page.locator('.said');
    expect(await said.textContent()).toContain('x = 2, y = −3');
    await page.getByRole('button', { name: 'Forward' }).click();
    expect(await said.textContent()).toContain('Forward: mul gives −6');
    await page.getByRole('button', { name: 'Back' }).click();
    expect(await said.textContent()).toContain('x = 2, y = −3');
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForFunction(() =>
      document
        .querySelector('figure-tape')
        ?.shadowRoot?.querySelector('.said')
        ?.textContent?.includes('Backward begins'),
    );
  });

  it('keeps picture and words where something typed makes no sense, and goes on where it does again', async () => {
    const page = await openFigures('figure-tape');
    const input = page.getByRole('textbox', { name: 'Expression' });
    await input.fill('x*x');
    const before = await picture(page);
    await input.fill('x*x +');
    expect(await page.getByRole('alert').textContent()).toContain('still to come');
    expect(await picture(page)).toBe(before);
    expect(await input.inputValue()).toBe('x*x +');
    await input.fill('x*x + exp(x)');
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await picture(page)).toContain('exp');
  });
});

describe('the figure of the waits', () => {
  it('goes from wait to wait, says what each protects, and who waits for whom', async () => {
    const page = await openFigures('figure-waits');
    const said = page.locator('.said');
    expect(await said.textContent()).toContain('members 0 and 1 always wait for member 2');
    for (const { method, protects } of WAITS) {
      await page.getByRole('button', { name: 'Forward' }).click();
      expect(await said.textContent()).toContain(`${method}. `);
      expect(await said.textContent()).toContain(`So the wait protects ${protects}.`);
      expect(await picture(page)).toContain(`>${method}<`);
    }
    await page.getByRole('combobox', { name: 'Always late' }).selectOption('member 0');
    expect(await said.textContent()).toContain('Members 1 and 2 wait for member 0');
  });
});
