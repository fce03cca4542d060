/** Checkpoints and texts, out of the page and into it. */
import { copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Result, runCli, testFolder } from '../../helpers/cli.js';
import { OWN_TEXT } from './texts.js';
import { SMALL, type Visit, Visitor } from './visit.js';

const folder = testFolder();
const textFile = () => join(folder.path, 'own.txt');
let visitor: Visitor;

beforeAll(async () => {
  visitor = await Visitor.start();
  await writeFile(textFile(), OWN_TEXT);
});

afterAll(() => visitor?.close());

/** Chooses a text and begins with it. */
async function takeText(visit: Visit, text: string): Promise<void> {
  await visit.page.locator('#setup-data').selectOption('own');
  await visit.page
    .locator('#own-file')
    .setInputFiles({ name: 'own.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
  await expect.poll(() => visit.page.locator('#own-text').inputValue()).toHaveLength(text.length);
  await visit.press('Begin with this');
}

async function heldOut(visit: Visit, arch: 'ngpt' | 'gpt'): Promise<number> {
  const rows = await visit.numbers();
  const last = rows.filter((row) => row.startsWith(`${arch},eval,`)).at(-1);
  return Number(last?.split(',').at(-1));
}

/** What the page says of how to measure a model that it saved. */
const EVAL = /npx ngpt (eval --checkpoint \S+)/;

/** Saves a model and its text into a folder, and runs there what the page says measures it. */
async function measured(visit: Visit, arch: 'ngpt' | 'gpt', text: string): Promise<Result> {
  const cwd = await mkdtemp(join(folder.path, 'saved-'));
  let said = '';
  for (const label of [`Save ${arch === 'ngpt' ? 'nGPT' : 'GPT'}`, 'Save text']) {
    const { path, name } = await visit.saved(label);
    await copyFile(path, join(cwd, name));
    if (label === 'Save text') expect(name).toBe(text);
    else await expect.poll(() => visit.text('#kept')).toMatch(EVAL);
    said ||= (await visit.text('#kept')).match(EVAL)?.[1] ?? '';
  }
  expect(said).toBe(`eval --checkpoint ${arch}-step-40.safetensors`);
  // The batches of the page's own tests.
  return runCli([...said.split(' '), '--eval-iters', '8', '--seed', '1', '--mode', 'simd', '--json'], cwd);
}

describe('files of the page', () => {
  it('gives the text of the book too, with which ngpt eval measures what learned from it', async () => {
    const visit = await visitor.open(`${SMALL}&steps=40`);
    await visit.trainTo(40);
    const { stdout, stderr, code } = await measured(visit, 'ngpt', 'moby-dick-1-30.txt');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout).loss).toBe(await heldOut(visit, 'ngpt'));
    await visit.close();
  });

  it('trains on a text of the visitor, and ngpt eval reads the checkpoints with the same losses', async () => {
    const visit = await visitor.open(`${SMALL}&steps=40`);
    await takeText(visit, OWN_TEXT);
    await expect.poll(() => visit.page.url()).toContain('data=own');
    await visit.trainTo(40);
    for (const arch of ['ngpt', 'gpt'] as const) {
      const { stdout, stderr, code } = await measured(visit, arch, 'own-text.txt');
      expect([code, stderr]).toEqual([0, '']);
      expect(JSON.parse(stdout).loss).toBe(await heldOut(visit, arch));
    }
    // After a reload the text is there again, and the run is offered.
    await visit.page.reload();
    await expect.poll(() => visit.step('nGPT'), { timeout: 30_000 }).toBe(0);
    expect(await visit.text('#notices')).toBe('Your run of 40 steps is kept.');
    await visit.press('Go on with it');
    await expect.poll(() => visit.step('GPT'), { timeout: 30_000 }).toBe(40);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('gives the last good state of a model that diverged, and says so', async () => {
    const visit = await visitor.open(`${SMALL}&steps=40&glr=1e30`);
    await visit.press('One step');
    await visit.reach(1);
    await visit.press('Train');
    await expect
      .poll(() => visit.text('#notices'), { timeout: 60_000 })
      .toMatch(
        /^GPT: the loss became \w+ at step \d+: begin again with a smaller .* than 1e\+30\. Its last good state, after step 1,/,
      );
    expect((await visit.saved('Save GPT')).name).toBe('gpt-step-1.safetensors');
    expect(await visit.text('#kept')).toContain(
      'gpt-step-1.safetensors is saved, the last good state of GPT;',
    );
    await visit.close();
  });

  it('takes a text that is dropped', async () => {
    const visit = await visitor.open(`${SMALL}&steps=10`);
    await visit.page.locator('#setup-data').selectOption('own');
    const data = await visit.page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], 'dropped.txt', { type: 'text/plain' }));
      return transfer;
    }, OWN_TEXT);
    await visit.page.locator('#own-text').dispatchEvent('drop', { dataTransfer: data });
    await expect.poll(() => visit.page.locator('#own-text').inputValue()).toHaveLength(OWN_TEXT.length);
    await visit.press('Begin with this');
    await visit.trainTo(10);
    await visit.close();
  });

  it('keeps what is entered while the page has yet to draw', async () => {
    const visit = await visitor.open(SMALL, {
      before() {
        window.requestAnimationFrame = (draw) => window.setTimeout(() => draw(performance.now()), 2000);
      },
    });
    await visit.page.locator('#setup-data').selectOption('own');
    await visit.page.locator('#own-text').fill(OWN_TEXT);
    await visit.page.waitForFunction(() => performance.now() > 6000);
    expect(await visit.page.locator('#setup-data').inputValue()).toBe('own');
    await visit.press('Begin with this');
    await expect.poll(() => visit.page.url()).toContain('data=own');
    await visit.close();
  });

  it('goes on from a checkpoint of ngpt train', async () => {
    const outDir = join(folder.path, 'trained');
    const { code, stderr } = await runCli([
      ...['train', '--data', textFile(), '--out-dir', outDir, '--mode', 'simd', '--threads', '1'],
      ...['--n-layer', '1', '--n-head', '2', '--n-embd', '16', '--block-size', '16', '--batch-size', '2'],
      ...['--max-iters', '15', '--eval-interval', '15', '--eval-iters', '2'],
    ]);
    expect(code, stderr).toBe(0);
    const checkpoint = join(outDir, 'checkpoint.safetensors');
    const visit = await visitor.open(`${SMALL}&steps=10`);
    await takeText(visit, OWN_TEXT);
    await expect.poll(() => visit.page.url()).toContain('data=own');
    await visit.page.locator('#open-checkpoint').setInputFiles({
      ...{ name: 'trained.safetensors', mimeType: 'application/octet-stream' },
      buffer: await readFile(checkpoint),
    });
    await visit.page
      .locator('#kept', { hasText: 'nGPT goes on from step 15 of trained.safetensors.' })
      .waitFor();
    await expect.poll(() => visit.step('nGPT'), { timeout: 30_000 }).toBe(15);
    await expect.poll(() => visit.step('GPT'), { timeout: 30_000 }).toBe(0);
    await visit.press('One step');
    await expect.poll(() => visit.step('nGPT'), { timeout: 30_000 }).toBe(16);
    const rows = await visit.numbers();
    expect(rows.filter((row) => row.startsWith('ngpt,step,')).map((row) => row.split(',')[2])).toEqual([
      '16',
    ]);
    await visit.close();
  });
});
