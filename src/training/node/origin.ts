/** What a run begins with. Explained in docs/training.md. */
import { dirname, resolve } from 'node:path';
import { ConfigError } from '../../tensor/index.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { readCheckpoint } from '../checkpoint/node/checkpoint-file.js';
import { isFolder, isThere } from '../files/node/folders.js';

/** Where a run's model comes from. */
export interface Origin {
  /**
   * `scratch`: drawn at random. `resume`: a checkpoint in the out-dir, with all there is in it. `weights`: another
   * checkpoint, of which only the model and the tokens are taken.
   */
  readonly kind: 'scratch' | 'resume' | 'weights';
  /** As given; null from scratch. */
  readonly path: string | null;
  readonly checkpoint: Checkpoint | null;
}

export const SCRATCH: Origin = { kind: 'scratch', path: null, checkpoint: null };

/**
 * `lock` is called before a checkpoint is read that must not change any more.
 * @throws ConfigError or CheckpointError where there is none.
 */
export async function openOrigin(
  initFrom: string,
  outDir: string,
  lock: () => Promise<unknown>,
): Promise<Origin> {
  if (initFrom === 'scratch') return SCRATCH;
  if (initFrom === 'resume') {
    // No folder is made for a mistyped name: reading from it says what is wrong.
    if (await isFolder(outDir)) await lock();
    return { kind: 'resume', path: outDir, checkpoint: await readCheckpoint(outDir) };
  }
  await requireElsewhere(initFrom, outDir);
  return { kind: 'weights', path: initFrom, checkpoint: await readCheckpoint(initFrom) };
}

async function requireElsewhere(path: string, outDir: string): Promise<void> {
  if (!(await isThere(path))) {
    throw new ConfigError(
      `initFrom ${path} is neither scratch nor resume, and there is no such file or folder`,
      {
        settings: ['initFrom'],
      },
    );
  }
  const folder = (await isFolder(path)) ? path : dirname(path);
  if (resolve(folder) !== resolve(outDir)) return;
  throw new ConfigError(
    `the out-dir ${outDir} holds the checkpoint to begin with; give another outDir, or initFrom resume to go on with that run`,
    { settings: ['outDir', 'initFrom'] },
  );
}
