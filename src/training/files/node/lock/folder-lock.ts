/** A folder for one process at a time: `lock.json` in it says whose it is. Explained in docs/training.md. */
import { readFileSync, unlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../../../tensor/index.js';
import { describeFileError } from '../file-error.js';
import { makeFolder } from '../folders.js';
import { claim, LockedError, type Owner, readOwner, removeQuietly } from './claim.js';
import { lifeOf, thisProcess } from './process-identity.js';

export const LOCK_FILE = 'lock.json';

/** What people should know besides events, one line each. */
export type Notice = (line: string) => void;

/** Those of this process. */
const held = new Set<FolderLock>();

process.on('exit', () => {
  for (const lock of held) lock.release();
});

export class FolderLock {
  private constructor(
    readonly folder: string,
    private owner: Owner,
  ) {
    held.add(this);
  }

  /**
   * Takes a folder, which is made if need be. A lock whose owner is dead is taken over, which `notice` is told.
   * @throws ConfigError when it cannot be made or written, when another process has it, this one included, or when
   *   that cannot be known.
   */
  static async acquire(folder: string, notice: Notice = () => {}): Promise<FolderLock> {
    return new FolderLock(folder, await take(folder, notice));
  }

  /**
   * Makes sure, before files are replaced, that the folder is still this run's. One that was removed is made again.
   * @throws ConfigError when another process has it by now.
   */
  async confirm(notice: Notice = () => {}): Promise<void> {
    const { folder, owner } = this;
    if ((await readOwner(join(folder, LOCK_FILE)).catch(() => null))?.token === owner.token) return;
    this.owner = await take(folder, notice);
    notice(`${folder} was removed, or the ${LOCK_FILE} in it; made it again`);
  }

  /** Also on the way out of the process, where nothing can be waited for. */
  release(): void {
    held.delete(this);
    removeIf(join(this.folder, LOCK_FILE), ({ token }) => token === this.owner.token);
  }
}

/**
 * Removes the lock of this process when it ends, whichever of its threads took it: other threads are given no time for
 * that.
 */
export function releaseOnExit(folder: string): void {
  process.on('exit', () => {
    const path = join(folder, LOCK_FILE);
    const { pid, host, start } = thisProcess();
    removeIf(path, (owner) => owner.pid === pid && owner.host === host && owner.start === start);
  });
}

function removeIf(path: string, isOurs: (owner: Owner) => boolean): void {
  try {
    if (isOurs(JSON.parse(readFileSync(path, 'utf8')))) unlinkSync(path);
  } catch {
    // It went with its folder, or cannot be removed; the next run sees that this process is dead.
  }
}

async function take(folder: string, notice: Notice): Promise<Owner> {
  try {
    await makeFolder(folder);
    const { owner, dead } = await claim(join(folder, LOCK_FILE));
    if (dead !== null) {
      notice(`${folder} was locked by ${describeOwner(dead)}, which has ended without a word; took it over`);
    }
    await removeLeftovers(folder);
    return owner;
  } catch (cause) {
    const message =
      cause instanceof LockedError
        ? explain(folder, cause)
        : `cannot write to the out-dir ${folder}: ${describeFileError(cause)}`;
    throw new ConfigError(message, { cause, settings: ['outDir'] });
  }
}

function explain(folder: string, { path, owner }: LockedError): string {
  if (owner === null) {
    return `${path} is no lock that can be read; if no other run uses ${folder}, remove that file, or give another outDir`;
  }
  if (lifeOf(owner) === 'unknown') {
    return (
      `${folder} is locked by ${describeOwner(owner)}, of another machine or container: whether it still runs ` +
      `cannot be seen from here; if it has ended, remove ${path}, or give another outDir`
    );
  }
  return `${folder} is in use by another run, ${describeOwner(owner)}; wait until it ends, or give another outDir`;
}

function describeOwner({ pid, host, since }: Owner): string {
  return `process ${pid} on ${host} since ${since}`;
}

/** Of processes that were killed while they took it. Nothing depends on these files once the lock is held. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${LOCK_FILE}.`)) continue;
    const path = join(folder, name);
    const owner = await readOwner(path).catch(() => null);
    if (owner && lifeOf(owner) === 'dead') await removeQuietly(path);
  }
}
