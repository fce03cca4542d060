/** A run with an out-dir: its checkpoints, its log and its lock. Explained in docs/training.md. */
import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { LAST_CHECKPOINT } from '../checkpoint/node/checkpoint-file.js';
import { CheckpointFolder } from '../checkpoint/node/checkpoint-folder.js';
import type { OlderRun } from '../checkpoint/node/older-run.js';
import { isThere } from '../files/node/folders.js';
import type { FolderLock, Notice } from '../files/node/lock/folder-lock.js';
import { type Progress, RunLog } from '../log/node/run-log.js';
import type { TrainEvent } from '../loop/events.js';
import { type TrainingRun, train } from '../loop/trainer.js';

/** The out-dir of a run, and what is in it. */
export interface Place {
  readonly outDir: string;
  /** Where the run goes on; null from scratch. */
  readonly resumedFrom: Progress | null;
  /** Another run that is in the out-dir; null for none. */
  readonly older: OlderRun | null;
  readonly lock: FolderLock;
  readonly notice: Notice | undefined;
}

/** Trains, with the checkpoints and the log in an out-dir. */
export function trainInto(
  { outDir, resumedFrom, older, lock, notice = () => {} }: Place,
  run: Omit<TrainingRun, 'save' | 'resumedFrom'>,
): AsyncGenerator<TrainEvent, void, undefined> {
  const options = { outDir, format: run.settings.logFormat, notice };
  const log =
    resumedFrom === null ? RunLog.start(options, older !== null) : RunLog.resume(options, resumedFrom);
  const folder = new CheckpointFolder(outDir, older, notice, ({ keptIn }) => log.replaceOlder(keptIn));
  const events = train({
    ...run,
    resumedFrom: resumedFrom === null ? null : join(outDir, LAST_CHECKPOINT),
    save: (checkpoint, best) =>
      log.saving(checkpoint.step, best, async () => {
        await lock.confirm(notice);
        try {
          return await folder.save(checkpoint, best);
        } catch (error) {
          if (await isThere(outDir)) throw error;
          // It was removed just now.
          await lock.confirm(notice);
          return folder.save(checkpoint, best);
        }
      }),
  });
  return log.follow(events);
}

/** What there is to know of a checkpoint when its tensors are no longer needed. */
export function progressOf({ step, valLoss, bestValLoss }: Checkpoint): Progress {
  return { step, valLoss, bestValLoss };
}
