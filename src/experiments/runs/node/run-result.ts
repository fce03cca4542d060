/** The file that says that a run is finished, and how it ended. */

import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BEST_CHECKPOINT, LAST_CHECKPOINT } from '../../../training/checkpoint/node/checkpoint-file.js';
import { SafetensorsReader } from '../../../training/checkpoint/node/safetensors-file.js';
import { writeDurably } from '../../../training/files/node/durable-file.js';
import type { ComparedRun } from '../run.js';

export const RESULT_FILE = 'result.json';

/** What the run itself can say. */
export type RunResult = Omit<ComparedRun, 'outDir' | 'hasCheckpoint'>;

/** A result with its key, of settings and data: it counts for the run that would be made today only if that is the same. */
export interface StoredResult {
  readonly key: string;
  readonly result: RunResult;
}

/** Whole or not at all. */
export async function writeResult(outDir: string, key: string, result: RunResult): Promise<void> {
  const file = { key, ...result };
  await writeDurably(join(outDir, RESULT_FILE), [Buffer.from(`${JSON.stringify(file, null, 1)}\n`)]);
}

/** Null where there is none that can be read: the run is not finished. */
export async function readResult(outDir: string): Promise<StoredResult | null> {
  try {
    const text = await readFile(join(outDir, RESULT_FILE), 'utf8');
    const { key, ...result } = JSON.parse(text) as RunResult & Pick<StoredResult, 'key'>;
    const isWhole = typeof key === 'string' && result.learningRate > 0 && Array.isArray(result.evaluations);
    return isWhole ? { key, result } : null;
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

/** The step that a run would go on from; null where it would begin anew, or cannot be read. */
export async function savedStep(outDir: string): Promise<number | null> {
  try {
    const reader = await SafetensorsReader.open(join(outDir, LAST_CHECKPOINT));
    // Before anything that may throw: a file that stays open is one too many in a study of hundreds of runs.
    await reader.close();
    const step: unknown = JSON.parse(reader.metadata.get('step') ?? 'null');
    return Number.isSafeInteger(step) ? (step as number) : null;
  } catch {
    return null;
  }
}
