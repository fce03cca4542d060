/** Files that are whole or not there: written under another name, waited for, and only then given their name. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes `parts` one after the other. When that fails, an older file of that name stays. `beforeNaming` is called when
 * all is on the disk but the name.
 */
export async function writeDurably(
  path: string,
  parts: Iterable<Uint8Array>,
  beforeNaming: () => Promise<void> = async () => {},
): Promise<void> {
  const unfinished = `${path}.unfinished`;
  try {
    const file = await open(unfinished, 'w');
    try {
      for (const part of parts) await writeAll(file, part);
      await file.sync();
    } finally {
      await file.close();
    }
    await beforeNaming();
    await rename(unfinished, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw error;
  }
}

/** A write may take less than it was given. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let position = 0; position < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, position);
    position += bytesWritten;
  }
}

/** Makes new names in a folder durable. Windows has no such thing and refuses to open folders. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
