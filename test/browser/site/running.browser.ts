/** Code and exercises as readers run them, in the page. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXERCISES, type ExerciseName, placeOf } from '../../../learn/exercises/exercises.js';
import { SiteVisitor, type Visit } from './site-page.js';

let site: SiteVisitor;
beforeAll(async () => {
  site = await SiteVisitor.start();
});
afterAll(() => site?.close());

describe("the site's code that runs", () => {
  it('prints tensors and numbers as Node does, and what was changed once it is run again', async () => {
    const { page, complaints } = await site.open('guides/');
    const code = page.locator('run-code', { hasText: 'explain' });
    await code.getByRole('button', { name: 'Run' }).click();
    const output = code.locator('.output');
    await output.locator('.line').nth(1).waitFor();
    expect(await output.locator('.line').first().textContent()).toBe(
      'Tensor([2, 2], float32, requiresGrad, from mul)\n[[1.0000, 0.2500],\n [9.0000, 4.0000]]',
    );
    await code.getByRole('button', { name: 'Edit' }).click();
    await write(page, code.locator('.cm-content'), "const x: number = 3;\nconsole.log([x / 2], 'text');\n");
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => output.textContent()).toBe('[ 1.5 ] text');
    await code.getByRole('button', { name: 'Reset' }).click();
    expect(await code.locator('pre code').isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['const x = ;', /in line 1/],
    [
      "import { init, tensor } from 'spheregrad';\nawait init('wasm');\ntensor([1, 2]).add(tensor([1, 2, 3]));",
      /^ShapeError: .*\[2\].*\[3\]/,
    ],
    ["import { x } from 'nowhere';\nx();", /there is no module 'nowhere'/],
    ['throw 3', /3 was thrown/],
  ])('says in plain words what is wrong with %s', async (text, message) => {
    const { page } = await site.open('guides/');
    const code = page.locator('run-code').first();
    await code.getByRole('button', { name: 'Edit' }).click();
    await write(page, code.locator('.cm-content'), text);
    await code.getByRole('button', { name: 'Run' }).click();
    await expect.poll(() => code.locator('.problem').textContent(), { timeout: 20_000 }).toMatch(message);
    await page.context().close();
  });

  it('can be stopped, and runs again', async () => {
    const { page } = await site.open('guides/');
    const code = page.locator('run-code').first();
    await code.getByRole('button', { name: 'Edit' }).click();
    await write(page, code.locator('.cm-content'), 'for (;;) {}');
    await code.getByRole('button', { name: 'Run' }).click();
    await code.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => code.locator('.problem').textContent()).toBe('stopped');
    await write(page, code.locator('.cm-content'), 'console.log(7)');
    await code.getByRole('button', { name: 'Run' }).click();
    await expect.poll(() => code.locator('.output').textContent()).toBe('7');
  });
});

const CHAPTERS = [...new Set(EXERCISES.map((name) => placeOf(name).chapter))];

describe.each(CHAPTERS)("the site's exercise in %s", (chapter) => {
  const exercises = EXERCISES.filter((name) => placeOf(name).chapter === chapter);
  let visit: Visit;
  beforeAll(async () => {
    visit = await site.open(`learn/${chapter}.html`);
  });
  afterAll(() => visit?.page.context().close());

  it.each(exercises)('%s fails as it is delivered, and passes with its solution', async (name) => {
    const { page, complaints } = visit;
    const exercise = page.locator(`learn-exercise[name="${name}"]`);
    await exercise.locator('.cm-content').waitFor();
    await exercise.getByRole('button', { name: 'Check' }).click();
    await expect.poll(() => verdict(page, name), { timeout: 60_000 }).toMatch(/^\d+ of \d+ checks pass/);
    expect(await exercise.locator('.failed .why').first().textContent()).not.toBe('');
    await exercise.locator('.cm-content').fill(solutionOf(name));
    await exercise.getByRole('button', { name: 'Check' }).click();
    await expect.poll(() => verdict(page, name), { timeout: 60_000 }).toMatch(/^Solved: all \d+ checks pass/);
    expect(await exercise.locator('.failed').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe("the site's exercise", () => {
  it('keeps what was written, shows the solution only when asked twice, and begins anew', async () => {
    const [name] = EXERCISES;
    const { page } = await site.open(`learn/${placeOf(name).chapter}.html`);
    const exercise = page.locator(`learn-exercise[name="${name}"]`);
    const delivered = await exercise.locator('.cm-content').innerText();
    await write(page, exercise.locator('.cm-content'), '// mine');
    await page.reload({ waitUntil: 'networkidle' });
    expect(await exercise.locator('.cm-content').innerText()).toBe('// mine');
    await exercise.getByText('Show solution').click();
    expect(await exercise.locator('.solution .text').count()).toBe(0);
    await exercise.getByRole('button', { name: 'Yes, show it' }).click();
    await expect.poll(() => exercise.locator('.solution .text').textContent()).toBe(solutionOf(name));
    page.on('dialog', (dialog) => void dialog.accept());
    await exercise.getByRole('button', { name: 'Reset' }).click();
    await expect.poll(() => exercise.locator('.cm-content').innerText()).toBe(delivered);
  });
});

async function write(page: Page, editor: ReturnType<Page['locator']>, text: string): Promise<void> {
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

function verdict(page: Page, name: ExerciseName): Promise<string | null> {
  return page.locator(`learn-exercise[name="${name}"] .verdict`).textContent();
}

function solutionOf(name: ExerciseName): string {
  const { chapter, suffix } = placeOf(name);
  return readFileSync(`learn/${chapter}/solution${suffix}.ts`, 'utf8');
}
