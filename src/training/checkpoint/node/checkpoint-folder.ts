/** The out-dir of a run: its last and its best checkpoint, and those of the run that it replaced. */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../files/node/durable-file.js';
import { isThere } from '../../files/node/folders.js';
import type { Checkpoint } from '../checkpoint.js';
import {
  BEST_CHECKPOINT,
  LAST_CHECKPOINT,
  PREVIOUS_BEST,
  PREVIOUS_CHECKPOINT,
  writeCheckpoint,
} from './checkpoint-file.js';

export class CheckpointFolder {
  /** @param replaces - whether the checkpoints that are there belong to another run; the first save keeps them. */
  constructor(
    readonly path: string,
    private replaces: boolean,
  ) {}

  /** Returns where the last checkpoint is now. @throws CheckpointError when it cannot be written. */
  async save(checkpoint: Checkpoint, best: boolean): Promise<string> {
    const last = join(this.path, LAST_CHECKPOINT);
    // Only when the new one is whole and on the disk: a save that fails leaves the older run as it was.
    await writeCheckpoint(last, checkpoint, async () => {
      if (this.replaces) await keepPrevious(this.path);
    });
    this.replaces = false;
    if (best) await writeCheckpoint(join(this.path, BEST_CHECKPOINT), checkpoint);
    return last;
  }
}

/**
 * Gives the checkpoints of an older run names of their own, in place of those that have them. After a kill at any
 * moment, to do it again completes it.
 */
export async function keepPrevious(folder: string): Promise<void> {
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
