/**
 * Files that name the one process that has something. Of any number of processes that claim one at the same moment,
 * exactly one gets it, also where a dead one has it.
 */
import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { linkOrCopy } from '../link.js';
import { lifeOf, type ProcessIdentity, thisProcess } from './process-identity.js';

export interface Owner extends ProcessIdentity {
  /** Of this claim alone. */
  readonly token: string;
  /** For people. */
  readonly since: string;
}

/** `path` names `owner`, which is not known to be dead; null for a file that names none. */
export class LockedError extends Error {
  constructor(
    readonly path: string,
    readonly owner: Owner | null,
  ) {
    super(`${path} is claimed`);
  }
}

export interface Claimed {
  readonly owner: Owner;
  /** Who had it until now, and died. */
  readonly dead: Owner | null;
}

/** @throws LockedError when another has it. */
export async function claim(path: string): Promise<Claimed> {
  const since = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const owner = { ...thisProcess(), token: randomBytes(8).toString('hex'), since };
  return { owner, dead: await claimAs(owner, path) };
}

/** Returns the dead owner whose place it takes. */
async function claimAs(owner: Owner, path: string): Promise<Owner | null> {
  for (;;) {
    // Looks first: where another has it, nothing is written.
    const other = await readOwner(path);
    if (other === undefined) {
      if (await create(path, owner)) return null;
    } else {
      if (other === null || lifeOf(other) !== 'dead') throw new LockedError(path, other);
      if (await takeOver(path, other, owner)) return other;
    }
  }
}

/**
 * Between seeing a dead owner and taking its place, another process may do the same. So whoever wants to must first
 * claim the right to succeed that very owner, by a file of its own, and then look again: tokens never come back.
 */
async function takeOver(path: string, dead: Owner, owner: Owner): Promise<boolean> {
  const right = `${path}.${dead.token}`;
  await claimAs(owner, right);
  try {
    if ((await readOwner(path))?.token !== dead.token) return false;
    await withDraft(path, owner, (draft) => rename(draft, path));
    return true;
  } finally {
    await removeQuietly(right);
  }
}

/** False if there is one. It is never there in part, but on file systems without links: there, others may refuse. */
function create(path: string, owner: Owner): Promise<boolean> {
  return withDraft(path, owner, async (draft) => {
    try {
      await linkOrCopy(draft, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  });
}

async function withDraft<T>(path: string, owner: Owner, use: (draft: string) => Promise<T>): Promise<T> {
  const draft = `${path}.${owner.token}.draft`;
  try {
    const file = await open(draft, 'w');
    try {
      await file.writeFile(`${JSON.stringify(owner)}\n`);
      // A lock that lost its text with the power could be taken over by no one.
      await file.sync();
    } finally {
      await file.close();
    }
    return await use(draft);
  } finally {
    await removeQuietly(draft);
  }
}

export async function removeQuietly(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {});
}

/** Undefined if there is no such file, null if it names no owner. */
export async function readOwner(path: string): Promise<Owner | null | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isOwner(value) ? value : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What goes into messages and file names is no more than it should be. */
function isOwner(value: unknown): value is Owner {
  const { pid, host, boot, pidNamespace, start, token, since } = (value ?? {}) as Record<string, unknown>;
  return (
    [boot, pidNamespace, start].every((text) => text === null || typeof text === 'string') &&
    Number.isSafeInteger(pid) &&
    Number(pid) > 0 &&
    matches(host, /^[^\p{Cc}\s]{1,255}$/u) &&
    matches(token, /^[0-9a-f]{1,64}$/) &&
    matches(since, /^[\dTZ:-]{1,30}$/)
  );
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}
