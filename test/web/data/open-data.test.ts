import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../../src/index.js';
import { loadDataset } from '../../../src/training/data/node/load-dataset.js';
import { mobyDick } from '../../../src/training/data/node/moby-dick.js';
import { type DataSetup, openData } from '../../../web/data/open-data.js';
import { ownTextOf } from '../../../web/setup/own-text.js';
import { testFolder } from '../../helpers/cli.js';

const defaults: DataSetup = { data: 'moby-dick', ownText: null, seed: 1, blockSize: 8 };

const verse = 'Die Wogen, die Wogen!\nUnd über dem Meer 🐋 ein Segel.\n'.repeat(10);

/** A setup that learns from that text. */
function own(text: string, blockSize = 8): DataSetup {
  return { ...defaults, data: 'own', ownText: ownTextOf(text), blockSize };
}

const folder = testFolder();

describe('openData', () => {
  it('has an excerpt of the text that ngpt learns from', async () => {
    const { dataset, text, prompt, lines } = await openData(defaults, null);
    expect(mobyDick()).toContain(text);
    expect(text).toMatch(/^CHAPTER 1\. Loomings\.\n\nCall me Ishmael\./);
    expect(text.match(/^CHAPTER \d+/gm)).toHaveLength(30);
    expect(text.length).toBeGreaterThan(200_000);
    expect(text.length).toBeLessThan(400_000);
    expect([...dataset.tokenizer.encode(prompt)].length).toBeGreaterThan(0);
    expect(lines.map(({ name }) => name)).toEqual(['random', 'letter frequencies', 'pairs of letters']);
  });

  it.each(['copy', 'sort', 'add'] as const)(
    'has questions of %s to be asked, and the best loss',
    async (data) => {
      const { dataset, text, prompt, lines } = await openData({ ...defaults, data, blockSize: 64 }, null);
      expect(text.startsWith(prompt)).toBe(true);
      expect(prompt).toMatch(/^[a-h\d+]{4,5}[>=]$/);
      expect(dataset.tokenizer.decode(dataset.val)).toBe(text.slice(-dataset.val.length));
      expect(lines.at(-1)!.name).toBe('best possible');
      for (const { loss } of lines.slice(0, -1)) expect(loss).toBeGreaterThan(lines.at(-1)!.loss + 0.5);
      const short = await openData({ ...defaults, data, blockSize: 8 }, null);
      expect(short.lines.map(({ name }) => name)).not.toContain('best possible');
    },
  );

  it('makes what ngpt makes of the text in a file', async () => {
    const { dataset, text } = await openData(own(verse), verse);
    const path = join(folder.path, dataset.name);
    await writeFile(path, text);
    const loaded = await loadDataset(path, 'char');
    expect(loaded.train).toEqual(dataset.train);
    expect(loaded.val).toEqual(dataset.val);
    expect(loaded.tokenizer.describe()).toEqual(dataset.tokenizer.describe());
  });
});

describe("openData of a text of the visitor's own", () => {
  it('reads it as it is, whatever system it comes from', async () => {
    const { text, dataset, prompt } = await openData(own(verse), verse);
    expect(text).toBe(verse);
    expect(dataset.train.length + dataset.val.length).toBe([...verse].length);
    expect(dataset.tokenizer.decode([...dataset.train, ...dataset.val])).toBe(verse);
    expect(verse.startsWith(prompt)).toBe(true);
    const elsewhere = `\uFEFF${verse.replaceAll('\n', '\r\n')}`;
    expect(await openData(own(elsewhere), elsewhere)).toEqual(await openData(own(verse), verse));
    expect((await openData(own(verse), verse.replaceAll('\n', '\r'))).text).toBe(verse);
  });

  it('never cuts a character of two code units in half', async () => {
    for (let length = 90; length < 100; length++) {
      const text = `${'🐋🐳'.repeat(length)}.`;
      const { dataset, prompt } = await openData(own(text), text);
      expect(dataset.tokenizer.vocabSize).toBe(3);
      expect(dataset.tokenizer.decode([...dataset.train, ...dataset.val])).toBe(text);
      expect([...prompt]).toHaveLength(32);
    }
  });

  it('marks half a surrogate pair, which no file could hold', async () => {
    const text = `${verse}\uD83D${verse}`;
    expect((await openData(own(text), text)).text).toBe(`${verse}\uFFFD${verse}`);
  });

  it.each<[string, string, RegExp]>([
    ['an empty one', '', /^your text is empty; paste or drop one/],
    ['one of white space', ' \r\n\n\t'.repeat(50), /^your text is empty/],
    ['a mark alone', '\uFEFF', /^your text is empty/],
    ['one character', 'a', /^your text has the same character all over/],
    ['one character, many times', 'é'.repeat(500), /^your text has the same character all over/],
    ['one pair, many times', '🐋'.repeat(500), /^your text has the same character all over/],
    [
      'a short one',
      'to be or not',
      /^a text of 12 characters is too short for blocks of 8: take about 90 or more, or a smaller block size$/,
    ],
    [
      'a huge one',
      'ab'.repeat(2_500_001),
      /^your text has 5,000,002 characters; leave out some, for 5,000,000 are the most/,
    ],
  ])('refuses %s', async (_, text, message) => {
    const opening = openData({ ...own('known'), ownText: ownTextOf(text) }, text);
    await expect(opening).rejects.toThrow(DataError);
    await expect(opening).rejects.toThrow(message);
  });

  it('takes the shortest that it says would do', async () => {
    const text = 'ab'.repeat(45);
    expect((await openData(own(text), text)).dataset.val).toHaveLength(9);
    const short = text.slice(10);
    await expect(openData(own(short), short)).rejects.toThrow(/take about 90 or more/);
  });

  it('takes the longest that it reads', async () => {
    const text = 'ab'.repeat(2_500_000);
    expect((await openData(own(text), text)).dataset.train).toHaveLength(4_500_000);
  });

  it('wants the text that the setup knows', async () => {
    await expect(openData(own(verse), null)).rejects.toThrow(
      'this run learns from a text that is not here: paste or drop it',
    );
    await expect(openData({ ...own(verse), ownText: null }, verse)).rejects.toThrow('not here');
    await expect(openData(own(verse), `${verse}!`)).rejects.toThrow(
      'this is another text than the run was made with: it has 541 characters, that one 540',
    );
    await expect(openData(own(verse), verse.replace('D', 'd'))).rejects.toThrow(
      'this is another text than the run was made with: both have 540 characters, but not the same ones',
    );
  });
});
