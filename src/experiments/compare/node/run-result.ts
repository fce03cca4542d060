/** The file that says that a run is finished, and how it ended. */
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BEST_CHECKPOINT, LAST_CHECKPOINT } from '../../../training/checkpoint/node/checkpoint-file.js';
import { writeDurably } from '../../../training/files/node/durable-file.js';
import type { ComparedRun } from '../comparison.js';

export const RESULT_FILE = 'result.json';

/** What the run itself can say. */
export type RunResult = Omit<ComparedRun, 'outDir' | 'hasCheckpoint'>;

interface ResultFile extends RunResult {
  /** Of settings and data: a result counts for the run that would be made today only if that is the same. */
  readonly key: string;
}

/** Whole or not at all. */
export async function writeResult(outDir: string, key: string, result: RunResult): Promise<void> {
  const file: ResultFile = { key, ...result };
  await writeDurably(join(outDir, RESULT_FILE), [Buffer.from(`${JSON.stringify(file, null, 1)}\n`)]);
}

/** Null where the run is not finished, or was another. */
export async function readResult(outDir: string, key: string): Promise<RunResult | null> {
  try {
    const { key: found, ...result } = JSON.parse(
      await readFile(join(outDir, RESULT_FILE), 'utf8'),
    ) as ResultFile;
    return found === key && Array.isArray(result.evaluations) ? result : null;
  } catch {
    return null;
  }
}

/** Checkpoints are large, and a finished run needs none. */
export async function removeCheckpoints(outDir: string): Promise<void> {
  for (const name of [LAST_CHECKPOINT, BEST_CHECKPOINT]) await rm(join(outDir, name), { force: true });
}

export async function hasCheckpoint(outDir: string): Promise<boolean> {
  return stat(join(outDir, LAST_CHECKPOINT)).then(
    (info) => info.isFile(),
    () => false,
  );
}
