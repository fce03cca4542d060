/** From a setup to what its models learn from. */

import { DataError } from '../../src/index.js';
import { CharTokenizer } from '../../src/training/data/char-tokenizer.js';
import { type Dataset, TRAIN_FRACTION, textDataset } from '../../src/training/data/dataset.js';
import { ownTextOf, sameText } from '../setup/own-text.js';
import type { Setup } from '../setup/setup.js';
import { bestLoss } from './best-loss.js';
import { cleanText, counted } from './own-text.js';
import { type ReferenceLine, referenceLines } from './reference-lines.js';
import { TASKS, type Task, taskText } from './tasks.js';

export type { ReferenceLine } from './reference-lines.js';

/** What a run of the page learns from. */
export interface OpenedData {
  readonly dataset: Dataset;
  /** As a file, from which `ngpt` makes the same dataset: the name of the dataset is one for it. */
  readonly text: string;
  /** Losses to hold the models' against. */
  readonly lines: readonly ReferenceLine[];
  /** What models can be asked to continue. */
  readonly prompt: string;
}

/** What decides about the data. */
export type DataSetup = Pick<Setup, 'data' | 'ownText' | 'seed' | 'blockSize'>;

/**
 * The data of a setup.
 * @param ownText - the visitor's text, where the setup learns from one
 * @throws DataError where it is not there, not the one that the setup knows, unfit, or too short for a block.
 */
export async function openData(setup: DataSetup, ownText: string | null): Promise<OpenedData> {
  const { data, seed, blockSize } = setup;
  if (data === 'own') {
    const text = requireKnown(setup, ownText);
    return openText('own-text.txt', text, beginning(text), blockSize);
  }
  if (data === 'moby-dick') {
    const { MOBY_DICK } = await import('./moby-dick.js');
    return openText('moby-dick-1-30.txt', MOBY_DICK, 'Call me Ishmael.', blockSize);
  }
  const task = TASKS[data];
  const text = taskText(task, seed);
  const opened = openText(`${data}.txt`, text, text.slice(0, text.indexOf(task.mark) + 1), blockSize);
  return { ...opened, lines: [...opened.lines, ...bestLine(task, blockSize)] };
}

function openText(name: string, text: string, prompt: string, blockSize: number): OpenedData {
  const dataset = textDataset(name, text, CharTokenizer.fromText(text));
  requireRoom(dataset, blockSize);
  return { dataset, text, lines: referenceLines(dataset), prompt };
}

/** @throws DataError unless both splits hold a block and the character after it. */
function requireRoom({ train, val }: Dataset, blockSize: number): void {
  if (Math.min(train.length, val.length) > blockSize) return;
  const least = Math.round((blockSize + 1) / (1 - TRAIN_FRACTION));
  throw new DataError(
    `a text of ${counted(train.length + val.length)} characters is too short for blocks of ${counted(blockSize)}: ` +
      `take about ${counted(least)} or more, or a smaller block size`,
  );
}

/** The visitor's text, if it is the one. */
function requireKnown({ ownText: known }: DataSetup, ownText: string | null): string {
  if (ownText === null || known === null) {
    throw new DataError('this run learns from a text that is not here: paste or drop it');
  }
  const text = cleanText(ownText);
  if (sameText(ownTextOf(text), known)) return text;
  const { length } = text;
  const difference =
    length === known.length
      ? `both have ${counted(length)} characters, but not the same ones`
      : `it has ${counted(length)} characters, that one ${counted(known.length)}`;
  throw new DataError(`this is another text than the run was made with: ${difference}`);
}

/** Some words from the start, as a prompt. */
function beginning(text: string): string {
  return [...text.trimStart().slice(0, 2 * PROMPT)].slice(0, PROMPT).join('').trimEnd();
}

const PROMPT = 32;

function bestLine(task: Task, blockSize: number): ReferenceLine[] {
  const loss = bestLoss(task.lines(), blockSize);
  if (loss === null) return [];
  const sentence = 'Knowing the task: every answer is certain, and the questions are drawn at random.';
  return [{ name: 'best possible', loss, sentence }];
}
