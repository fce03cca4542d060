/**
 * What becomes of the run that is in an out-dir when one from scratch takes its place. A finished one gets a folder of
 * its own, which no run touches; of unfinished ones the last is kept, as `previous-…`. Explained in docs/training.md.
 */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '../../../tensor/index.js';
import { syncFolder } from '../../files/node/durable-file.js';
import { isThere } from '../../files/node/folders.js';
import { linkOrCopy } from '../../files/node/link.js';
import { type CheckpointMetadata, decodeMetadata } from '../metadata.js';
import { isExhausted } from '../patience.js';
import { BEST_CHECKPOINT, LAST_CHECKPOINT, PREVIOUS_BEST, PREVIOUS_CHECKPOINT } from './checkpoint-file.js';
import { readSafetensorsMetadata } from './safetensors-file.js';

/** Of the folders of finished runs; the time of their last save follows. */
const KEPT = /^kept-[\dT-]+$/;
const UNFINISHED = '.unfinished';

/** A run that an out-dir holds already, and what becomes of it when another begins there. */
export interface OlderRun {
  /** Null if its last checkpoint is missing or cannot be read. */
  readonly steps: number | null;
  /** The name of the folder that it gets in the out-dir; null for one that is kept as `previous-…`. */
  readonly keptIn: string | null;
  /** The steps of the previous run whose place it takes there; null for none. */
  readonly replaces: number | null;
}

/** Looks only. Null if there is none. */
export async function findOlderRun(outDir: string): Promise<OlderRun | null> {
  const [last, best] = [join(outDir, LAST_CHECKPOINT), join(outDir, BEST_CHECKPOINT)];
  if (!(await isThere(last))) {
    if (!(await isThere(best))) return null;
    // After a kill between the two renames of `keepPrevious`, the best belongs to what is there already.
    const isHalfKept = await isThere(join(outDir, PREVIOUS_CHECKPOINT));
    return { steps: null, keptIn: isHalfKept ? null : await folderFor(outDir, best), replaces: null };
  }
  const metadata = await readMetadata(last);
  if (metadata === null || isFinished(metadata)) {
    return { steps: metadata?.step ?? null, keptIn: await folderFor(outDir, last), replaces: null };
  }
  const previous = await readMetadata(join(outDir, PREVIOUS_CHECKPOINT));
  const replaces = previous === null || isFinished(previous) ? null : previous.step;
  return { steps: metadata.step, keptIn: null, replaces };
}

/**
 * Also where the time was up, which is a normal end. And an imported model, which was never evaluated: whoever made it
 * must find it again.
 */
function isFinished({ step, settings, valLoss, patience }: CheckpointMetadata): boolean {
  const isEnded = step >= settings.maxIters || isExhausted(patience, settings.earlyStopping);
  return isEnded || settings.maxMinutes > 0 || valLoss === null;
}

/** Null where there is none that can be read. */
async function readMetadata(path: string): Promise<CheckpointMetadata | null> {
  try {
    return decodeMetadata(await readSafetensorsMetadata(path));
  } catch (error) {
    if (error instanceof CheckpointError) return null;
    throw error;
  }
}

/**
 * Keeps what `findOlderRun` found. When it is done, the names of checkpoints are free, or stand for what is kept
 * elsewhere too. After a kill at any moment the last checkpoint or a whole copy of it is there, and to do it again
 * completes it.
 */
export async function keepOlderRun(outDir: string, { keptIn }: OlderRun): Promise<void> {
  // Somebody removed it.
  if (!(await isThere(join(outDir, LAST_CHECKPOINT))) && !(await isThere(join(outDir, BEST_CHECKPOINT))))
    return;
  await removeUnfinished(outDir);
  if (keptIn === null) {
    await keepFinishedPrevious(outDir);
    return keepPrevious(outDir);
  }
  await keepInFolder(outDir, keptIn, [
    [LAST_CHECKPOINT, LAST_CHECKPOINT],
    [BEST_CHECKPOINT, BEST_CHECKPOINT],
  ]);
  // The last is replaced by the new run's, in one step; its best must not stand beside that.
  await rm(join(outDir, BEST_CHECKPOINT), { force: true });
  await syncFolder(outDir);
}

/** Earlier versions kept finished runs as `previous-…` too. */
async function keepFinishedPrevious(outDir: string): Promise<void> {
  const path = join(outDir, PREVIOUS_CHECKPOINT);
  // Without a last one, what has that name is what is being kept right now.
  if (!(await isThere(path)) || !(await isThere(join(outDir, LAST_CHECKPOINT)))) return;
  const metadata = await readMetadata(path);
  if (metadata !== null && !isFinished(metadata)) return;
  await keepInFolder(outDir, await folderFor(outDir, path), [
    [PREVIOUS_CHECKPOINT, LAST_CHECKPOINT],
    [PREVIOUS_BEST, BEST_CHECKPOINT],
  ]);
}

/** The files get second names in the folder, which gets its own when it is whole. */
async function keepInFolder(
  outDir: string,
  name: string,
  files: readonly (readonly [from: string, to: string])[],
): Promise<void> {
  const folder = join(outDir, name);
  if (await isSameFile(join(outDir, files[0][0]), join(folder, files[0][1]))) return;
  const draft = `${folder}${UNFINISHED}`;
  await mkdir(draft);
  for (const [from, to] of files) {
    if (await isThere(join(outDir, from))) await linkOrCopy(join(outDir, from), join(draft, to));
  }
  await syncFolder(draft);
  await rename(draft, folder);
  await syncFolder(outDir);
}

/** Of a kill. What is in it has its first names still. */
async function removeUnfinished(outDir: string): Promise<void> {
  for (const name of await readdir(outDir)) {
    if (!name.endsWith(UNFINISHED) || !KEPT.test(name.slice(0, -UNFINISHED.length))) continue;
    await rm(join(outDir, name), { recursive: true });
  }
}

/** The folder that has `path` already, where a kill came after it was kept; else a new name. */
async function folderFor(outDir: string, path: string): Promise<string> {
  for (const name of (await readdir(outDir)).filter((each) => KEPT.test(each))) {
    if (await isSameFile(path, join(outDir, name, LAST_CHECKPOINT))) return name;
  }
  const { mtime } = await stat(path);
  const name = `kept-${mtime.toISOString().slice(0, 19).replaceAll(':', '-')}`;
  for (let i = 1; ; i++) {
    const free = i === 1 ? name : `${name}-${i}`;
    if (!(await isThere(join(outDir, free)))) return free;
  }
}

async function isSameFile(...paths: [string, string]): Promise<boolean> {
  const find = (path: string) => stat(path, { bigint: true }).catch(() => null);
  const [one, other] = await Promise.all(paths.map(find));
  return one !== null && other !== null && one.ino === other.ino && one.dev === other.dev;
}

/** Two renames. After a kill between them, to do it again completes it. */
async function keepPrevious(folder: string): Promise<void> {
  const [last, best] = [join(folder, LAST_CHECKPOINT), join(folder, BEST_CHECKPOINT)];
  const [previousLast, previousBest] = [join(folder, PREVIOUS_CHECKPOINT), join(folder, PREVIOUS_BEST)];
  // Without a last one, a kill came after it was renamed: what has the other names belongs to the same run.
  if (await isThere(last)) {
    if (!(await isThere(best))) await rm(previousBest, { force: true });
    await rename(last, previousLast);
  }
  if (await isThere(best)) await rename(best, previousBest);
  await syncFolder(folder);
}
