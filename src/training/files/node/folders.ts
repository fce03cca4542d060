/** Folders: whether one is there, and making it. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it. Not `mkdir` with `recursive`: in folders such as /proc, where nothing can be
 * made, Node 20 tries forever.
 */
export async function makeFolder(folder: string): Promise<void> {
  const parent = dirname(resolve(folder));
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await isFolder(folder))) return;
    if (code !== 'ENOENT') throw error;
    // Another process may make it, or the folder itself, at the same time.
    await makeFolder(parent);
    await mkdir(folder).catch(async (again) => {
      if (again.code !== 'EEXIST' || !(await isFolder(folder))) throw again;
    });
  }
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
