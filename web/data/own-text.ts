/** A text of the visitor's own, made fit for a model. */
import { DataError } from '../../src/index.js';
import { plainText } from '../setup/own-text.js';

/** In code units; it would take minutes to look through more, and no page trains long enough to read it. */
export const MOST_CHARACTERS = 5_000_000;

/**
 * As models read it, see `plainText`.
 * @throws DataError where nothing can be learned from it, saying in one sentence what would do.
 */
export function cleanText(raw: string): string {
  if (raw.length > MOST_CHARACTERS) {
    throw new DataError(
      `your text has ${counted(raw.length)} characters; leave out some, for ${counted(MOST_CHARACTERS)} are the most this page reads`,
    );
  }
  const text = plainText(raw);
  if (text.trim() === '') throw new DataError('your text is empty; paste or drop one with some sentences');
  const [first] = text;
  if (text === first.repeat(text.length / first.length)) {
    throw new DataError(
      'your text has the same character all over; a model needs at least two different ones',
    );
  }
  return text;
}

/** As people read it. */
export function counted(number: number): string {
  return number.toLocaleString('en');
}
