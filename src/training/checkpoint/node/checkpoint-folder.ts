/**
 * The out-dir of a run: its last and its best checkpoint. What was there of another run is kept.
 * Explained in docs/training.md.
 */
import { join } from 'node:path';
import type { Notice } from '../../files/node/lock/folder-lock.js';
import type { Checkpoint } from '../checkpoint.js';
import { BEST_CHECKPOINT, LAST_CHECKPOINT, writeCheckpoint } from './checkpoint-file.js';
import { keepOlderRun, type OlderRun } from './older-run.js';

export class CheckpointFolder {
  /**
   * @param older - the run whose checkpoints are there, if it is another; the first save keeps them, and calls `onKept` when
   * that is done.
   */
  constructor(
    readonly path: string,
    private older: OlderRun | null,
    private readonly notice: Notice = () => {},
    private readonly onKept: (older: OlderRun) => void = () => {},
  ) {}

  /** Returns where the last checkpoint is now. @throws CheckpointError when it cannot be written. */
  async save(checkpoint: Checkpoint, best: boolean): Promise<string> {
    const last = join(this.path, LAST_CHECKPOINT);
    // Only when the new one is whole and on the disk: a save that fails leaves the older run as it was.
    await writeCheckpoint(last, checkpoint, () => this.keepOlder());
    this.older = null;
    if (best) await writeCheckpoint(join(this.path, BEST_CHECKPOINT), checkpoint);
    return last;
  }

  private async keepOlder(): Promise<void> {
    if (this.older === null) return;
    await keepOlderRun(this.path, this.older);
    this.onKept(this.older);
    const { steps, keptIn } = this.older;
    if (steps !== null || keptIn === null) return;
    this.notice(
      `${this.path} held checkpoints of a run that cannot be read; kept them in ${join(this.path, keptIn)}`,
    );
  }
}
