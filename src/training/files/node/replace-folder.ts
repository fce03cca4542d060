/** Folders that are filled with all of their files or not at all. */
import { mkdir, readdir, realpath, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder, writeDurably } from './durable-file.js';
import { isFolder, isThere, makeFolder } from './folders.js';

/** A file, by its path in the folder, with `/`. */
export type NewFile = readonly [path: string, parts: Iterable<Uint8Array>];

/**
 * Makes a folder of these files, or puts them in place of those that `isOurs` in one that is there; others stay. They
 * are written beside it, and two renames bring them in. A kill leaves the old folder or the new one, whole; only
 * between the two renames it has another name, and the next call brings it back.
 */
export async function replaceFolder(
  folder: string,
  files: readonly NewFile[],
  isOurs: (path: string) => boolean,
): Promise<void> {
  // Where it is a link, what it leads to is replaced.
  const target = await realpath(folder).catch(() => folder);
  const [next, old] = [`${target}.export-unfinished`, `${target}.export-replaced`];
  await recover(target, old, isOurs);
  await rm(next, { recursive: true, force: true });
  // Of a file that is in its place it says so.
  if (!(await isFolder(target))) await makeFolder(target).then(() => rmdir(target));
  await writeAll(next, files);
  if (await isThere(target)) await rename(target, old);
  await rename(next, target);
  await syncFolder(dirname(target));
  await recover(target, old, isOurs);
}

async function writeAll(folder: string, files: readonly NewFile[]): Promise<void> {
  await mkdir(folder);
  try {
    for (const [path, parts] of files) {
      await makeFolder(join(folder, dirname(path)));
      await writeDurably(join(folder, path), parts);
    }
    await syncFolder(folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}

/** Brings the old folder back where a kill came between the renames; else what was in it and stays. */
async function recover(folder: string, old: string, isOurs: (path: string) => boolean): Promise<void> {
  if (!(await isThere(old))) return;
  if (await isThere(folder)) await moveRest(old, folder, '', isOurs);
  else await rename(old, folder);
}

async function moveRest(
  from: string,
  to: string,
  below: string,
  isOurs: (path: string) => boolean,
): Promise<void> {
  for (const entry of await readdir(join(from, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (isOurs(path)) await unlink(join(from, path));
    else if (entry.isDirectory() && (await isParted(from, to, path, isOurs))) {
      await moveRest(from, to, path, isOurs);
    } else {
      await makeFolder(dirname(join(to, path)));
      await rename(join(from, path), join(to, path));
    }
  }
  await rmdir(join(from, below));
}

/** Whether a folder cannot be moved as a whole. */
async function isParted(
  from: string,
  to: string,
  below: string,
  isOurs: (path: string) => boolean,
): Promise<boolean> {
  if (await isFolder(join(to, below))) return true;
  const paths = await readdir(join(from, below), { recursive: true });
  return paths.some((path) => isOurs(`${below}/${path.replaceAll('\\', '/')}`));
}
