import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { isThere } from '../../../../src/training/files/node/folders.js';
import { type NewFile, replaceFolder } from '../../../../src/training/files/node/replace-folder.js';
import { built, testFolder } from '../../../helpers/cli.js';
import { runKilled } from '../../../helpers/kill/kill.js';

const folder = testFolder();
const OURS = ['a', 'b', 'stale', 'data/c', 'data/set/d'];
const isOurs = (path: string) => OURS.includes(path);

type Tree = Record<string, string>;
const OLD: Tree = { a: 'old', stale: 'old', 'data/c': 'old', 'data/set/d': 'old' };
const OTHERS: Tree = { notes: 'kept', 'data/mine': 'kept', 'other/folder/e': 'kept' };
const NEW: Tree = { a: 'new', b: 'new', 'data/c': 'new' };

async function make(name: string, files: Tree): Promise<string> {
  const path = join(folder.path, name);
  await mkdir(path);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), text);
  }
  return path;
}

async function treeOf(path: string): Promise<Tree> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = files.map(async (file) => [file.slice(path.length + 1), await readFile(file, 'utf8')]);
  return Object.fromEntries(await Promise.all(contents));
}

const newFiles: NewFile[] = Object.entries(NEW).map(([path, text]) => [
  path,
  [new TextEncoder().encode(text)],
]);

describe('replaceFolder', () => {
  it('makes a folder, and those above it', async () => {
    const path = join(folder.path, 'above', 'made');
    await replaceFolder(path, newFiles, isOurs);
    expect(await treeOf(path)).toEqual(NEW);
    expect(await readdir(dirname(path))).toEqual(['made']);
  });

  it('takes away what is ours and not among the new, and leaves the rest', async () => {
    const path = await make('filled', { ...OLD, ...OTHERS });
    await replaceFolder(path, newFiles, isOurs);
    expect(await treeOf(path)).toEqual({ ...NEW, ...OTHERS });
    expect(await readdir(join(path, 'data'))).toEqual(['c', 'mine']);
  });

  it('keeps the link that leads to a folder', async () => {
    const path = await make('real', OLD);
    await symlink(path, join(folder.path, 'link'));
    await replaceFolder(join(folder.path, 'link'), newFiles, isOurs);
    expect(await treeOf(path)).toEqual(NEW);
  });

  it('leaves all as it is where a file cannot be written', async () => {
    const path = await make('failed', { ...OLD, ...OTHERS });
    const broken: NewFile = [
      'b',
      (function* () {
        yield new Uint8Array(1);
        throw new Error('no more');
      })(),
    ];
    await expect(replaceFolder(path, [newFiles[0], broken], isOurs)).rejects.toThrow('no more');
    expect(await treeOf(path)).toEqual({ ...OLD, ...OTHERS });
  });

  it('refuses a file of that name', async () => {
    await writeFile(join(folder.path, 'file'), 'mine');
    await expect(replaceFolder(join(folder.path, 'file'), newFiles, isOurs)).rejects.toThrow(/EEXIST/);
    expect(await readFile(join(folder.path, 'file'), 'utf8')).toBe('mine');
  });
});

describe('a kill at any change', () => {
  let script: string;
  beforeAll(async () => {
    script = join(folder.path, 'replace.mjs');
    const module = pathToFileURL(built('training/files/node/replace-folder.js')).href;
    await writeFile(
      script,
      `import { replaceFolder } from ${JSON.stringify(module)};
       const files = Object.entries(${JSON.stringify(NEW)});
       const ours = ${JSON.stringify(OURS)};
       await replaceFolder(
         process.argv[2],
         files.map(([path, text]) => [path, [new TextEncoder().encode(text)]]),
         (path) => ours.includes(path),
       );`,
    );
  });

  it('leaves the old files or the new ones, whole, and loses none of the others', async () => {
    const before = await make('before', { ...OLD, ...OTHERS });
    let kills = 0;
    for (let at = 1; ; at++) {
      const path = `${before}-${at}`;
      await cp(before, path, { recursive: true });
      const { signal, stderr } = runKilled(script, [path], { at });
      expect(stderr).toBe('');
      // Between the two renames both are whole, under other names.
      const set = `${path}.export-replaced`;
      const left = (await isThere(path)) ? await treeOf(path) : { ...(await treeOf(set)) };
      const isNew = left.b === 'new';
      expect(left).toMatchObject(isNew ? NEW : { ...OLD, ...OTHERS });
      if (isNew) expect(left).not.toHaveProperty('stale');
      const aside = (await isThere(set)) ? await treeOf(set) : {};
      expect({ ...aside, ...left }).toMatchObject(OTHERS);

      await replaceFolder(path, newFiles, isOurs);
      expect(await treeOf(path)).toEqual({ ...NEW, ...OTHERS });
      expect((await readdir(folder.path)).filter((name) => name.includes('export-'))).toEqual([]);
      if (signal === null) break;
      kills++;
    }
    expect(kills).toBeGreaterThan(15);
  });
});
