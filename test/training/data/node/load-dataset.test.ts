import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '../../../../src/index.js';
import { CharTokenizer } from '../../../../src/training/data/char-tokenizer.js';
import { loadDataset } from '../../../../src/training/data/node/load-dataset.js';
import { mobyDick } from '../../../../src/training/data/node/moby-dick.js';
import { testFolder } from '../../../helpers/cli.js';

const folder = testFolder();

async function file(name: string, contents: string | Uint8Array): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, contents);
  return path;
}

/** A folder with these tokens and, perhaps, this meta.json. */
async function tokenFolder(
  name: string,
  files: { train?: readonly number[]; val?: readonly number[]; meta?: unknown },
): Promise<string> {
  const path = join(folder.path, name);
  await mkdir(path);
  for (const split of ['train', 'val'] as const) {
    const tokens = files[split];
    if (tokens !== undefined)
      await file(`${name}/${split}.bin`, new Uint8Array(Uint16Array.from(tokens).buffer));
  }
  const { meta } = files;
  if (meta !== undefined)
    await file(`${name}/meta.json`, typeof meta === 'string' ? meta : JSON.stringify(meta));
  return path;
}

describe('Moby Dick', () => {
  let text: string;
  beforeAll(() => {
    text = mobyDick();
  });

  it('is the whole book in order, each chapter under its heading', () => {
    expect(text.length).toBeGreaterThan(1_200_000);
    expect(text.match(/^CHAPTER \d+\. \S/gm)!.length).toBeGreaterThanOrEqual(135);
    const places = [
      ...['ETYMOLOGY. (Supplied', 'EXTRACTS. (Supplied', '\nCHAPTER 1. Loomings.\n\nCall me Ishmael.'],
      ...['\nCHAPTER 2. The Carpet-Bag.\n\nI stuffed', '\nCHAPTER 135. The Chase.—Third Day.\n\nThe morning'],
      'only found another orphan.\n',
    ].map((start) => text.indexOf(start));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(text.endsWith('only found another orphan.\n')).toBe(true);
  });

  it('is the dataset `moby-dick`, by characters or with the GPT-2 tokenizer', async () => {
    const { name, train, val, tokenizer } = await loadDataset('moby-dick', 'char');
    expect(name).toBe('moby-dick');
    expect(train.length + val.length).toBe(text.length);
    expect(tokenizer.decode(val)).toBe(text.slice(train.length));
    const gpt2 = await loadDataset('moby-dick', 'gpt2');
    expect(gpt2.tokenizer.vocabSize).toBe(50304);
    expect(gpt2.tokenizer.decode(gpt2.val)).toBe(tokenizer.decode(val));
  });
});

describe('a text file', () => {
  it('is read as UTF-8, without a byte order mark', async () => {
    const path = await file('text.txt', '\uFEFFcafé 😀 漢字');
    const { train, val, tokenizer } = await loadDataset(path, 'char');
    expect(tokenizer.decode(train) + tokenizer.decode(val)).toBe('café 😀 漢字');
  });

  it('is read with the tokenizer of a checkpoint, if it can', async () => {
    const path = await file('abc.txt', 'abcabcabcz');
    const { train } = await loadDataset(path, new CharTokenizer([...'zcba']));
    expect([...train]).toEqual([3, 2, 1, 3, 2, 1, 3, 2, 1]);
    await expect(loadDataset(path, new CharTokenizer([...'abc']))).rejects.toThrow(/"z" \(U\+007A\)/);
  });

  it.each<[what: string, contents: Uint8Array | string, message: RegExp]>([
    ['empty', '', /is empty/],
    ['with a zero byte', 'text\0text', /is not a text file: byte 4 is 0/],
    ['in Latin-1', Uint8Array.of(0x63, 0x61, 0x66, 0xe9), /is not valid UTF-8/],
    ['in UTF-16', Uint8Array.of(0xff, 0xfe, 0x61, 0x00), /is not a text file/],
    ['cut in a character', Uint8Array.of(0x61, 0xe6, 0xbc), /is not valid UTF-8/],
  ])('that is %s is refused', async (what, contents, message) => {
    const path = await file(`${what.replaceAll(' ', '-')}.txt`, contents);
    await expect(loadDataset(path, 'char')).rejects.toThrow(DataError);
    await expect(loadDataset(path, 'char')).rejects.toThrow(message);
  });

  it('that is missing or no file is refused', async () => {
    await expect(loadDataset(join(folder.path, 'none.txt'), 'char')).rejects.toThrow(/there is no such file/);
    await expect(loadDataset('/dev/null', 'char')).rejects.toThrow(/\/dev\/null is not a file/);
  });
});

describe('a folder of tokens', () => {
  it('is read as uint16, with the characters of meta.json', async () => {
    const path = await tokenFolder('chars', {
      train: [0, 1, 2, 1],
      val: [2, 0],
      meta: { vocab_size: 3, itos: { 0: 'x', 1: '😀', 2: '\n' }, stoi: {} },
    });
    const { train, val, tokenizer } = await loadDataset(path, 'char');
    expect(tokenizer.decode(train)).toBe('x😀\n😀');
    expect([...val]).toEqual([2, 0]);
  });

  it('without meta.json holds GPT-2 tokens', async () => {
    const path = await tokenFolder('gpt2', { train: [31373, 995], val: [50256] });
    const { train, tokenizer } = await loadDataset(path, 'char');
    expect(tokenizer.decode(train)).toBe('hello world');
    expect(tokenizer.vocabSize).toBe(50304);
  });

  it('without itos shows tokens as numbers', async () => {
    const path = await tokenFolder('numbers', { train: [65535], val: [7], meta: { vocab_size: 65536 } });
    const { train, tokenizer } = await loadDataset(path, 'char');
    expect(tokenizer.decode(train)).toBe('65535 ');
  });

  const itos = { 0: 'a', 1: 'b' };
  it.each<[what: string, files: Parameters<typeof tokenFolder>[1], message: RegExp]>([
    ['no train.bin', { val: [1] }, /train\.bin: there is no such file/],
    ['no val.bin', { train: [1] }, /val\.bin: there is no such file/],
    ['an empty val.bin', { train: [1], val: [] }, /val\.bin is empty/],
    [
      'a token beyond meta.json',
      { train: [0], val: [0, 2], meta: { vocab_size: 2, itos } },
      /val\.bin: token 2 at position 1 .* vocabulary of 2/,
    ],
    ['a token beyond GPT-2', { train: [50304], val: [0] }, /train\.bin: token 50304 .* vocabulary of 50304/],
    ['a broken meta.json', { train: [0], val: [0], meta: '{' }, /meta\.json is not valid JSON/],
    ['a meta.json of null', { train: [0], val: [0], meta: 'null' }, /is not a JSON object/],
    ['a meta.json of a list', { train: [0], val: [0], meta: [1] }, /is not a JSON object/],
    ['no vocab_size', { train: [0], val: [0], meta: { itos } }, /meta\.json has no vocab_size$/],
    [
      'a vocab_size of words',
      { train: [0], val: [0], meta: { vocab_size: 'two' } },
      /vocab_size .*, got "two"$/,
    ],
    [
      'a vocab_size beyond 16 bits',
      { train: [0], val: [0], meta: { vocab_size: 65537 } },
      /vocab_size must be a whole number from 1 to 65536, as tokens have 16 bits, got 65537$/,
    ],
    [
      'an unknown tokenizer',
      { train: [0], val: [0], meta: { vocab_size: 2, tokenizer: 'bpe' } },
      /meta\.json: unknown tokenizer "bpe"/,
    ],
    [
      'stoi beyond vocab_size',
      { train: [0], val: [0], meta: { vocab_size: 2, itos, stoi: { a: 0, b: 2 } } },
      /stoi gives "b" the token 2, which does not fit the vocab_size of 2$/,
    ],
    [
      'itos beyond vocab_size',
      { train: [0], val: [0], meta: { vocab_size: 1, itos } },
      /itos names 2 tokens, the vocab_size is 1$/,
    ],
    ['a hole in itos', { train: [0], val: [0], meta: { vocab_size: 3, itos } }, /no character for token 2/],
    [
      'the same character twice',
      { train: [0], val: [0], meta: { vocab_size: 2, itos: ['a', 'a'] } },
      /twice/,
    ],
    ['itos of strings', { train: [0], val: [0], meta: { vocab_size: 1, itos: ['ab'] } }, /single characters/],
  ])('with %s is refused', async (what, files, message) => {
    const path = await tokenFolder(what.replaceAll(' ', '-'), files);
    await expect(loadDataset(path, 'char')).rejects.toThrow(DataError);
    await expect(loadDataset(path, 'char')).rejects.toThrow(message);
  });

  describe('that has a meta.pkl only', () => {
    const meta = `{'vocab_size': 2, 'itos': {0: '\\n', 1: 'é'}, 'stoi': {'\\n': 0, 'é': 1}}`;

    it.skipIf(spawnSync('python3', ['--version']).status !== 0)(
      'is refused with a command that makes it readable',
      async () => {
        const path = await tokenFolder('pickled', { train: [0, 1], val: [1] });
        const dump = `import pickle; pickle.dump(${meta}, open('meta.pkl', 'wb'))`;
        expect(spawnSync('python3', ['-c', dump], { cwd: path }).status).toBe(0);
        const error: Error = await loadDataset(path, 'char').catch((reason) => reason);
        expect(error).toBeInstanceOf(DataError);
        const [, command] = /has meta\.pkl, but no meta\.json; .* in that folder: (.*)$/.exec(error.message)!;
        expect(spawnSync('/bin/sh', ['-c', command], { cwd: path }).status).toBe(0);
        const { train, tokenizer } = await loadDataset(path, 'char');
        expect(tokenizer.decode(train)).toBe('\né');
      },
    );

    it('is not taken for GPT-2 tokens', async () => {
      const path = await tokenFolder('pickle', { train: [0], val: [0] });
      await file('pickle/meta.pkl', '');
      await expect(loadDataset(path, 'char')).rejects.toThrow(/has meta\.pkl/);
    });
  });

  it('with half a token is refused', async () => {
    const path = await tokenFolder('odd', { val: [1] });
    await file('odd/train.bin', Uint8Array.of(1, 0, 2));
    await expect(loadDataset(path, 'char')).rejects.toThrow(/odd number of bytes \(3\)/);
  });

  it('with other tokens than the checkpoint is refused', async () => {
    const path = await tokenFolder('ab', { train: [0], val: [1], meta: { vocab_size: 2, itos } });
    await expect(loadDataset(path, new CharTokenizer(['a', 'b']))).resolves.toBeDefined();
    await expect(loadDataset(path, new CharTokenizer(['b', 'a']))).rejects.toThrow(/other tokens/);
  });
});
