import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLines } from '../../../../src/training/log/node/read-lines.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spheregrad-lines-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readLines', () => {
  it('has the whole lines of a long file and where they end, whatever piece they lie in', async () => {
    const path = join(folder, 'long');
    // Two and three bytes a character, so that pieces end within one.
    const lines = Array.from({ length: 4000 }, (_, i) => 'é€'.repeat((i * 7919) % 400));
    const text = `${lines.join('\n')}\n`;
    expect(Buffer.byteLength(text)).toBeGreaterThan(3 * 2 ** 20);
    await writeFile(path, `${text}a half`);
    const read = [...readLines(path)];
    expect(read.map((line) => line.text)).toEqual(lines);
    expect(read.at(-1)!.end).toBe(Buffer.byteLength(text));
    expect(read[2].end).toBe(Buffer.byteLength(`${lines.slice(0, 3).join('\n')}\n`));
  });

  it('has none of a file that is not there, is empty, or is a folder', async () => {
    await writeFile(join(folder, 'empty'), '');
    for (const path of [join(folder, 'none'), join(folder, 'empty'), folder]) {
      expect([...readLines(path)]).toEqual([]);
    }
  });
});
