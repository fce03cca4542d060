/** Checkpoints on disk, written so that a kill at any moment leaves the last good file. */

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError, ConfigError } from '../../../tensor/index.js';
import { requireText } from '../../data/checks.js';
import { writeDurably } from '../../files/node/durable-file.js';
import { describeFileError } from '../../files/node/file-error.js';
import { isFolder, isThere, makeFolder } from '../../files/node/folders.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../checkpoint.js';
import { safetensorsParts } from '../safetensors.js';
import { readSafetensorsFile } from './safetensors-file.js';

/** The newest state of a run, in its out-dir. */
export const LAST_CHECKPOINT = 'checkpoint.safetensors';
/** The state with the lowest validation loss. */
export const BEST_CHECKPOINT = 'best.safetensors';
/** What they become when a run from scratch replaces theirs before it is finished. */
export const PREVIOUS_CHECKPOINT = 'previous-checkpoint.safetensors';
/** The same of the one with the lowest validation loss. */
export const PREVIOUS_BEST = 'previous-best.safetensors';

/**
 * Makes the folder for a run's checkpoints and tries to write in it, so that hours of training are not lost to a typo.
 * @throws ConfigError when it cannot be made or written.
 */
export async function prepareOutDir(folder: string): Promise<void> {
  // Always the same name, so that one left by a killed process goes with the next.
  const probe = join(folder, '.write-test');
  try {
    await makeFolder(folder);
    // Something in it, because a full disk may still take an empty file.
    await writeFile(probe, 'x');
  } catch (cause) {
    throw new ConfigError(`cannot write to the out-dir ${folder}: ${describeFileError(cause)}`, { cause });
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}

/**
 * Writes a checkpoint under another name, waits until it is on the disk, calls `beforeNaming`, and only then gives it
 * its name.
 * @throws CheckpointError when the disk is full or cannot be written; an older file of that name stays.
 */
export async function writeCheckpoint(
  path: string,
  checkpoint: Checkpoint,
  beforeNaming?: () => Promise<void>,
): Promise<void> {
  const { tensors, metadata } = encodeCheckpoint(checkpoint);
  try {
    await writeDurably(path, safetensorsParts(tensors, metadata), beforeNaming);
  } catch (cause) {
    throw new CheckpointError(`cannot write ${path}: ${describeFileError(cause)}`, { cause });
  }
}

/**
 * Reads a checkpoint, or the last one in an out-dir.
 * @throws CheckpointError when there is none or it is damaged.
 * @example
 * const settings = { nLayer: 1, nHead: 1, nEmbd: 16, blockSize: 8, batchSize: 2, maxIters: 2, evalIters: 1 };
 * const run = await openRun({ settings, outDir: 'out/small' });
 * for await (const _ of run.events()); // trains
 * await run.close();
 * const checkpoint = await readCheckpoint('out/small');
 * checkpoint.step // 2
 * const { model } = await loadModel(checkpoint);
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  requireText('readCheckpoint', 'a path', path);
  const file = await checkpointPath(path);
  try {
    return decodeCheckpoint(await readSafetensorsFile(file));
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw new CheckpointError(`${file}: ${error.message}${await previousHint(path)}`, { cause: error });
  }
}

/** Where a kill came between two runs, or the last checkpoint was deleted, there may be something to go on from. */
async function previousHint(folder: string): Promise<string> {
  if (await isThere(join(folder, LAST_CHECKPOINT))) return '';
  if (!(await isThere(join(folder, PREVIOUS_CHECKPOINT)))) return '';
  return `; the run before left ${PREVIOUS_CHECKPOINT} there: rename it to ${LAST_CHECKPOINT} to go on with it`;
}

/** Where the best checkpoint in an out-dir is. @throws CheckpointError where there is none, or `outDir` is no folder. */
export async function bestIn(outDir: string): Promise<string> {
  requireText('bestIn', 'a path', outDir);
  const best = join(outDir, BEST_CHECKPOINT);
  if (await isThere(best)) return best;
  if (!(await isFolder(outDir)))
    throw new CheckpointError(`${outDir} is no out-dir that could have a best checkpoint`);
  throw new CheckpointError(`${outDir} has no ${BEST_CHECKPOINT}: none of its saves was the best so far`);
}

async function checkpointPath(path: string): Promise<string> {
  return (await isFolder(path)) ? join(path, LAST_CHECKPOINT) : path;
}
