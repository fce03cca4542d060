/**
 * Names of data: the default text, files, standard input or a folder; and as a checkpoint keeps them.
 * Explained in docs/training.md.
 */
import { DataError } from '../../tensor/index.js';

/** `moby-dick`, a text file, `-` for standard input, or a folder of tokens; several texts are joined to one. */
export type DataSource = string | readonly string[];

/** What a checkpoint says of its data. */
export interface StoredData {
  readonly data: DataSource;
  /** The folder that relative paths begin in, if there are any; checkpoints from before it was recorded have none. */
  readonly dataFolder?: string;
}

/** Stands for standard input where a file is asked for, as in other programs. */
export const STDIN = '-';

/**
 * The texts of a source as a list.
 * @example sourcesOf('moby-dick') // ['moby-dick']
 */
export function sourcesOf(source: DataSource): readonly string[] {
  return typeof source === 'string' ? [source] : source;
}

/** As people read it. */
export function nameOf(source: DataSource): string {
  return sourcesOf(source)
    .map((each) => (each === STDIN ? 'standard input' : each))
    .join(' + ');
}

/** What a checkpoint was trained on, to read it again. @throws DataError where that was standard input. */
export function storedSource(source: DataSource): DataSource {
  if (!sourcesOf(source).includes(STDIN)) return source;
  throw new DataError(
    `it was trained on ${nameOf(source)}; give that again, with --data ${sourcesOf(source).join(' ')}`,
  );
}
