/** Checkpoints as commands are given them: found, read, and put onto a backend with their data. */
import { join } from 'node:path';
import { readComparison } from '../experiments/compare/node/comparison-study.js';
import { studyIn } from '../experiments/runs/node/study/study-file.js';
import { readSweep } from '../experiments/sweep/node/sweep-study.js';
import type { LanguageModel } from '../ngpt/index.js';
import { CheckpointError } from '../tensor/index.js';
import { LAST_CHECKPOINT } from '../training/checkpoint/node/checkpoint-file.js';
import { requireBlock } from '../training/data/dataset.js';
import { isThere } from '../training/files/node/folders.js';
import {
  bestIn,
  type Checkpoint,
  type Dataset,
  loadDataset,
  loadModel,
  loadStoredDataset,
  loadTokenizer,
  readCheckpoint,
  startFast,
  type Tokenizer,
} from '../training/node/index.js';
import { type BackendChoice, type CheckpointChoice, dataOf, modeOf } from './options.js';

/** A checkpoint that was read, before there is a model of it. */
export interface ReadCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly tokenizer: Tokenizer;
}

export interface OpenCheckpoint extends ReadCheckpoint {
  readonly model: LanguageModel;
}

/** Reads a checkpoint onto a backend. Says so on stderr if its matrices had to be made unit. */
export async function openCheckpoint(choice: CheckpointChoice & BackendChoice): Promise<OpenCheckpoint> {
  const read = await readChosen(choice);
  return { ...read, model: await placeModel(read.checkpoint, choice) };
}

export async function readChosen(choice: CheckpointChoice): Promise<ReadCheckpoint> {
  const checkpoint = await readCheckpoint(await chosenPath(choice));
  return { checkpoint, tokenizer: await loadTokenizer(checkpoint.tokenizer) };
}

/** The file or folder to read. @throws CheckpointError for an out-dir without a best one, and for that of many runs. */
export async function chosenPath({ checkpoint, best }: CheckpointChoice): Promise<string> {
  await requireNoStudy(checkpoint);
  return best ? bestIn(checkpoint) : checkpoint;
}

/** Every run of a comparison or a sweep has a folder of its own. @throws CheckpointError for that of all of them. */
export async function requireNoStudy(path: string): Promise<void> {
  if (await isThere(join(path, LAST_CHECKPOINT))) return;
  const kind = await studyIn(path);
  if (kind === null) return;
  const study = kind === 'comparison' ? await readComparison(path) : await readSweep(path);
  const kept = study?.runs.filter(({ hasCheckpoint }) => hasCheckpoint) ?? [];
  const instead =
    kept.length === 0
      ? 'none of its runs has one now'
      : `of its runs there ${kept.length === 1 ? 'is' : 'are'} ${kept.map(({ outDir }) => join(path, outDir)).join(' and ')}`;
  throw new CheckpointError(
    `${path} holds a ${kind}, which has no checkpoint of its own; ${instead} (--keep-checkpoints keeps those of all runs)`,
  );
}

/** The second half of `openCheckpoint`. */
export async function placeModel(checkpoint: Checkpoint, choice: BackendChoice): Promise<LanguageModel> {
  await startFast(choice.backend, modeOf(choice), noteOnStderr);
  const { model, normalized } = await loadModel(checkpoint);
  if (normalized > 0) {
    process.stderr.write(`${normalizedNote(normalized)}\n`);
  }
  return model;
}

/** What to measure it on: what was given with --data, else what it was trained on. Its validation split has a block of `blockSize`. */
export async function openDataset(
  { checkpoint, tokenizer }: ReadCheckpoint,
  data: readonly string[] | undefined,
  blockSize: number,
): Promise<Dataset> {
  const dataset =
    data === undefined
      ? await loadStoredDataset(checkpoint, tokenizer, noteOnStderr)
      : await loadDataset(dataOf(data), tokenizer);
  requireBlock(dataset.name, 'validation', dataset.val, blockSize);
  return dataset;
}

/** A remark for people, in commands whose output is for programs too. */
export function noteOnStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** What to say when loading made matrices unit. */
export function normalizedNote(error: number): string {
  return `matrices were off unit by up to ${error.toExponential(1)}; normalized them`;
}
