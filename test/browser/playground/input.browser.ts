/** What cannot be read: one sentence, and the run on screen stays. */
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testFolder } from '../../helpers/cli.js';
import { SMALL, type Visit, Visitor } from './visit.js';

const folder = testFolder();
let visitor: Visitor;
let visit: Visit;

beforeAll(async () => {
  visitor = await Visitor.start();
  visit = await visitor.open(`${SMALL}&steps=20`);
  await visit.trainTo(20);
});

afterAll(() => visitor?.close());

/** The run is there with all its numbers, and goes on. */
async function expectUnharmed(): Promise<void> {
  expect([await visit.step('nGPT'), await visit.step('GPT')]).toEqual([20, 20]);
  expect(await visit.numbers()).toHaveLength(1 + 2 * (20 + 2));
  expect(visit.complaints).toEqual([]);
}

/** What the setup panel complains of, for those who see it. */
async function problems(): Promise<string> {
  return (await visit.page.locator('#setup .problem:visible').allInnerTexts())
    .filter((text) => text !== '')
    .join('\n');
}

const TEXTS: readonly (readonly [what: string, text: () => string, says: RegExp])[] = [
  ['empty', () => '', /^there is no text of your own yet$/],
  ['of blanks', () => ' \n\n ', /^your text is empty; paste or drop one with some sentences$/],
  ['of one character', () => 'a'.repeat(5000), /^your text has the same character all over; a model needs/],
  [
    'too short',
    () => 'to be or not to be',
    /^a text of 18 characters is too short for blocks of 16: take about/,
  ],
  [
    'too long',
    () => 'to be or not to be\n'.repeat(300_000),
    /^your text has 5,700,000 characters; leave out some/,
  ],
];

describe('input that will not do', () => {
  it.each(TEXTS)('a text that is %s', async (_, text, says) => {
    await visit.page.locator('#setup-data').selectOption('own');
    // So that it can be seen when the file has been read.
    await visit.page.locator('#own-text').fill('another text');
    await visit.page
      .locator('#own-file')
      .setInputFiles({ name: 'own.txt', mimeType: 'text/plain', buffer: Buffer.from(text()) });
    const shown = Math.min(text().length, 50_000);
    await expect.poll(() => visit.page.locator('#own-text').inputValue()).toHaveLength(shown);
    await visit.press('Begin with this');
    await expect.poll(() => problems(), { timeout: 20_000 }).toMatch(says);
    await expectUnharmed();
    const clear = visit.page.locator('#own-clear');
    if (await clear.isVisible()) await clear.click();
    expect(await visit.page.locator('#own-text').isEditable()).toBe(true);
  });

  it('a file that is larger than any text', async () => {
    await visit.page.locator('#setup-data').selectOption('own');
    const path = join(folder.path, 'huge.txt');
    await writeFile(path, '');
    await truncate(path, 21 * 2 ** 20);
    await visit.page.locator('#own-file').setInputFiles(path);
    await expect
      .poll(() => visit.text('#own-problem'))
      .toBe('huge.txt has 21 MB; take a part of at most 20 MB.');
    await expectUnharmed();
  });

  it('checkpoints that are broken: cut short, changed, and no such file at all', async () => {
    const { path } = await visit.saved('Save nGPT');
    const whole = await readFile(path);
    const changed = Buffer.from(whole);
    changed[12] ^= 0xff;
    const broken = {
      'cut.safetensors': whole.subarray(0, 900),
      'changed.safetensors': changed,
      'text.safetensors': Buffer.from('no'),
    };
    for (const [name, buffer] of Object.entries(broken)) {
      await visit.page
        .locator('#open-checkpoint')
        .setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
      await expect.poll(() => visit.text('#kept')).toMatch(new RegExp(`^${name}: \\S.{10,200}$`));
      await expectUnharmed();
    }
  });

  it('a checkpoint that has never seen the characters of the text', async () => {
    const other = await visitor.open(
      '#v=1&data=add&layers=1&heads=2&embd=16&block=16&batch=2&mode=simd&steps=3',
    );
    await other.trainTo(3);
    const { path } = await other.saved('Save nGPT');
    const buffer = await readFile(path);
    await other.close();
    const mimeType = 'application/octet-stream';
    await visit.page
      .locator('#open-checkpoint')
      .setInputFiles({ name: 'digits.safetensors', mimeType, buffer });
    await expect
      .poll(() => visit.text('#kept'), { timeout: 20_000 })
      .toMatch(/^digits.safetensors: .*characters?/);
    await expectUnharmed();
  });

  it('numbers out of range in the setup, said beside them', async () => {
    await visit.page.locator('#setup-data').selectOption('moby-dick');
    await visit.openSetup();
    await visit.page.locator('#setup-nEmbd').fill('15');
    await visit.page.locator('#setup-nEmbd').press('Tab');
    await expect.poll(problems).toMatch(/^.*15.*$/);
    await visit.press('Begin with this');
    await expectUnharmed();
  });

  it('a graphics card whose program cannot be fetched, as while the machine is offline', async () => {
    const offline = await visitor.open();
    await expect.poll(() => offline.step('nGPT')).toBe(0);
    await offline.context.route('**/assets/gpu-browser-*.js', (route) => route.abort());
    await offline.openSetup();
    await offline.page.locator('#setup-mode').selectOption('auto');
    await offline.page.locator('#setup-backend').selectOption('gpu');
    await offline.press('Begin with this');
    const notices = () => offline.text('#notices');
    await expect.poll(notices).toMatch(/could not be fetched: maybe this machine is offline/);
    expect(await notices()).not.toMatch(/http|module/);
    // Without a connection there may be no worker either.
    await offline.context.setOffline(true);
    await offline.press('Begin again');
    await expect.poll(notices).toMatch(/(fetched|started): maybe this machine is offline/);
    await offline.close();
  });

  it('links with nonsense in them: a sentence for each, and defaults', async () => {
    const nonsense = await visitor.open(
      '#v=1&embd=-4&data=poems&colour=red&layers=1&block=16&batch=2&mode=simd',
    );
    const notices = await nonsense.text('#notices');
    for (const words of ['"colour"', '"poems"', 'dimensions']) expect(notices).toContain(words);
    expect(nonsense.page.url()).toMatch(/#v=1&layers=1&block=16&batch=2&mode=simd$/);
    expect(await nonsense.page.locator('#setup-nEmbd').inputValue()).toBe('64');
    expect(await nonsense.page.locator('#setup-nLayer').inputValue()).toBe('1');
    await nonsense.press('One step');
    await expect.poll(() => nonsense.step('nGPT'), { timeout: 60_000 }).toBe(1);
    // Followed within the page it costs nothing of the run on screen.
    await nonsense.page.locator('#put-away').click();
    await nonsense.page.evaluate(() => {
      location.hash = '#v=1&layers=many';
    });
    await expect.poll(() => nonsense.text('#notices')).toMatch(/layers/);
    expect(await nonsense.step('nGPT')).toBe(1);
    expect(nonsense.page.url()).not.toContain('many');
    expect(nonsense.complaints).toEqual([]);
    await nonsense.close();
    const garbage = await visitor.open(`#${'%E0%A4%A'.repeat(5)}&&==&v=99&__proto__=1`);
    expect(await garbage.text('#notices')).toContain('version "99"');
    expect(garbage.complaints).toEqual([]);
    await garbage.close();
  });
});
