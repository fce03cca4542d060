import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../../src/index.js';
import type { Owner } from '../../../../../src/training/files/node/lock/claim.js';
import { FolderLock, LOCK_FILE } from '../../../../../src/training/files/node/lock/folder-lock.js';
import { thisProcess } from '../../../../../src/training/files/node/lock/process-identity.js';
import { built, startScript, testFolder } from '../../../../helpers/cli.js';

const folder = testFolder();
const since = '2026-01-02T03:04:05Z';
/** A process that has ended. */
const { pid: deadPid } = spawnSync(process.execPath, ['--version']);
const dead = (token: string): Owner => ({ ...thisProcess(), pid: deadPid, start: '1', token, since });

/** A folder with these files of owners. */
async function folderOf(name: string, files: Record<string, unknown> = {}): Promise<string> {
  const path = join(folder.path, name);
  await mkdir(path);
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(path, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return path;
}

describe('FolderLock', () => {
  it('keeps others out, this process included, until it is released, and leaves nothing', async () => {
    const path = join(folder.path, 'made', 'deep');
    const lock = await FolderLock.acquire(path);
    expect(await readdir(path)).toEqual([LOCK_FILE]);
    const second = FolderLock.acquire(path);
    await expect(second).rejects.toThrow(ConfigError);
    await expect(second).rejects.toThrow(
      new RegExp(
        `^${path} is in use by another run, process ${process.pid} on \\S+ since \\S+Z; wait until it ends, or give another outDir$`,
      ),
    );
    expect(await readdir(path)).toEqual([LOCK_FILE]);
    lock.release();
    lock.release();
    expect(await readdir(path)).toEqual([]);
    (await FolderLock.acquire(path)).release();
  });

  it('takes the place of a dead owner, says so, and clears away what killed claims left', async () => {
    const left = {
      'lock.json.aa': dead('bb'),
      'lock.json.cc.draft': dead('cc'),
      'lock.json.aa.bb': dead('dd'),
    };
    const path = await folderOf('dead', { [LOCK_FILE]: dead('aa'), ...left, 'lock.txt': 'not ours' });
    const notices: string[] = [];
    const lock = await FolderLock.acquire(path, (line) => notices.push(line));
    expect(notices).toEqual([
      `${path} was locked by process ${deadPid} on ${thisProcess().host} since ${since}, which has ended without a word; took it over`,
    ]);
    expect((await readdir(path)).sort()).toEqual([LOCK_FILE, 'lock.txt']);
    expect(JSON.parse(await readFile(join(path, LOCK_FILE), 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
  });

  it('leaves that of another machine, and names the file to remove', async () => {
    const path = await folderOf('foreign', { [LOCK_FILE]: { ...dead('aa'), host: 'elsewhere' } });
    const before = await readFile(join(path, LOCK_FILE));
    await expect(FolderLock.acquire(path)).rejects.toThrow(
      `${path} is locked by process ${deadPid} on elsewhere since ${since}, of another machine or container: whether it still runs cannot be seen from here; if it has ended, remove ${path}/lock.json, or give another outDir`,
    );
    expect(await readFile(join(path, LOCK_FILE))).toEqual(before);
    expect(await readdir(path)).toEqual([LOCK_FILE]);
  });

  it.each([
    ['nothing', ''],
    ['other JSON', '[]'],
    ['null', 'null'],
    ['a host with a command for the terminal', { ...dead('aa'), host: 'a\u001b[31mb' }],
    ['a token that leads elsewhere', { ...dead('aa'), token: '../aa' }],
    ['no pid', { ...dead('aa'), pid: -1 }],
  ])('leaves a file with %s', async (what, content) => {
    const path = await folderOf(what, { [LOCK_FILE]: content });
    await expect(FolderLock.acquire(path)).rejects.toThrow(
      /lock\.json is no lock that can be read; if no other run uses .*, remove that file, or give another outDir$/,
    );
    expect(await readdir(path)).toEqual([LOCK_FILE]);
  });

  it.skipIf(!existsSync('/proc'))('says in words why a folder cannot be written', async () => {
    await expect(FolderLock.acquire('/proc/none/run')).rejects.toThrow(/^cannot write to the out-dir \/proc/);
    await writeFile(join(folder.path, 'file'), '');
    await expect(FolderLock.acquire(join(folder.path, 'file'))).rejects.toThrow(
      /there is a file of that name/,
    );
  });

  it('goes with its process, however that ends but by a kill', async () => {
    const path = await folderOf('exit');
    const script = join(folder.path, 'exit.mjs');
    const module = pathToFileURL(built('training/files/node/lock/folder-lock.js')).href;
    await writeFile(
      script,
      `import { FolderLock } from ${JSON.stringify(module)};
       await FolderLock.acquire(process.argv[2]);
       console.log('taken');
       throw new Error('on purpose');`,
    );
    const { code, stdout } = await startScript(script, [path]).result;
    expect([code, stdout]).toEqual([1, 'taken\n']);
    expect(await readdir(path)).toEqual([]);
  });

  it('is made again with its folder, unless another has it by then', async () => {
    const path = await folderOf('removed');
    const lock = await FolderLock.acquire(path);
    const notices: string[] = [];
    const notice = (line: string) => notices.push(line);
    await lock.confirm(notice);
    expect(notices).toEqual([]);
    await rm(path, { recursive: true });
    await lock.confirm(notice);
    expect(notices).toEqual([`${path} was removed, or the lock.json in it; made it again`]);
    await lock.confirm(notice);
    expect(notices).toHaveLength(1);
    await rm(path, { recursive: true });
    const other = await FolderLock.acquire(path);
    await expect(lock.confirm(notice)).rejects.toThrow(/ is in use by another run, /);
    lock.release();
    expect(await readdir(path)).toEqual([LOCK_FILE]);
    other.release();
  });
});

describe('processes that start at the same moment', () => {
  const PROCESSES = 6;
  const ROUNDS = 25;

  it.each([
    ['in folders without a lock', () => ({})],
    ['in folders of the dead', () => ({ [LOCK_FILE]: dead('aa') })],
    [
      'where the dead had begun to take them over',
      () => ({ [LOCK_FILE]: dead('aa'), 'lock.json.aa': dead('bb'), 'lock.json.aa.bb': dead('cc') }),
    ],
  ])('%s: exactly one gets each', async (name, files) => {
    const root = await folderOf(name.replaceAll(' ', '-'));
    for (let round = 0; round < ROUNDS; round++) {
      await folderOf(join(name.replaceAll(' ', '-'), String(round)), files());
    }
    const script = join(root, 'contend.mjs');
    const module = pathToFileURL(built('training/files/node/lock/folder-lock.js')).href;
    await writeFile(
      script,
      `import { FolderLock } from ${JSON.stringify(module)};
       const [, , root, rounds] = process.argv;
       await new Promise((resolve) => process.stdin.once('data', resolve));
       const start = Date.now();
       for (let round = 0; round < rounds; round++) {
         // All at once, as far as that goes.
         while (Date.now() < start + 20 * round);
         const lock = await FolderLock.acquire(root + '/' + round).catch((error) => {
           if (!/ is in use by another run, /.test(error.message)) throw error;
         });
         if (lock) console.log(round);
       }
       console.log('end');
       // Held until all have tried.
       await new Promise((resolve) => process.stdin.once('end', resolve).resume());`,
    );
    const contenders = Array.from({ length: PROCESSES }, () => startScript(script, [root, String(ROUNDS)]));
    for (const { child } of contenders) child.stdin.write('go\n');
    await Promise.all(contenders.map(({ stdoutHas }) => stdoutHas('end\n')));
    for (const { child } of contenders) child.stdin.end();
    const results = await Promise.all(contenders.map(({ result }) => result));
    expect(results.map(({ stderr }) => stderr).join('')).toBe('');
    const won = results.flatMap(({ stdout }) => stdout.split('\n').filter((line) => /^\d/.test(line)));
    expect(won.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: ROUNDS }, (_, i) => i));
  });
});
