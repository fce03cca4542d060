/** What somebody sees on a phone before anything is trained, with the tour, and with the keyboard. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SMALL, type Visit, Visitor } from './visit.js';

const WIDTH = 360;

let visitor: Visitor;
let visit: Visit;

beforeAll(async () => {
  visitor = await Visitor.start();
  visit = await visitor.open(`${SMALL}&steps=20`, {
    ...{ viewport: { width: WIDTH, height: 740 }, colorScheme: 'light' },
  });
  await visit.page.locator('#states', { hasText: 'GPT: step 0' }).waitFor();
});

afterAll(() => visitor?.close());

it('has the lines across in the chart before a step is made', async () => {
  // Pixels in the colour of those lines, which nothing else in the chart has.
  const dots = () =>
    visit.page.locator('#curves canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (data[i] === 0x5c && data[i + 1] === 0x5c && data[i + 2] === 0x66) count++;
      }
      return count;
    });
  await expect.poll(dots).toBeGreaterThan(100);
});

it('has the figure to drag built as soon as somebody goes through the page by keyboard', async () => {
  const isBuilt = () => visit.page.evaluate(() => customElements.get('figure-sphere-step') !== undefined);
  expect(await isBuilt()).toBe(false);
  await visit.page.keyboard.press('Tab');
  await expect.poll(isBuilt).toBe(true);
  // Its legend fits.
  await visit.show('byHand');
  await expect
    .poll(() =>
      visit.page.locator('figure-sphere-step').evaluate((figure) => {
        const { right } = figure.getBoundingClientRect();
        const texts = [...figure.shadowRoot!.querySelectorAll('svg text')];
        return texts.length > 5 && texts.every((text) => text.getBoundingClientRect().right <= right);
      }),
    )
    .toBe(true);
});

it('leads through the page without covering what it speaks of', async () => {
  const { page } = visit;
  await page.locator('#tour-begin').click();
  for (let step = 1; step <= 6; step++) {
    expect(await visit.text('#tour-title')).toMatch(`${step} of 6`);
    const covered = await page.evaluate(() => {
      const card = document.querySelector('#tour') as HTMLElement;
      const { top, bottom } = card.getBoundingClientRect();
      return [...document.querySelectorAll('.toured > *')]
        .filter((part) => part !== card)
        .map((part) => part.getBoundingClientRect())
        .filter((part) => part.height > 0 && part.top < bottom && part.bottom > top).length;
    });
    expect(covered).toBe(0);
    // The bar that stays in sight does not cover the card either.
    await expect
      .poll(() =>
        page.evaluate(() => {
          const [card, bar] = ['#tour-title', '#transport'].map((id) =>
            (document.querySelector(id) as HTMLElement).getBoundingClientRect(),
          );
          return card.top >= bar.bottom || card.bottom <= bar.top;
        }),
      )
      .toBe(true);
    await page.locator('#tour-next').click();
  }
  expect(await page.locator('#tour').isVisible()).toBe(false);
});

it('has the buttons of a run that was kept in sight', async () => {
  await visit.trainTo(20);
  await visit.show('keeping');
  const button = visit.page.getByRole('button', { name: 'Go on with: ' });
  await button.waitFor();
  const box = await button.boundingBox();
  expect((box?.x ?? WIDTH) + (box?.width ?? 0)).toBeLessThanOrEqual(WIDTH);
});
