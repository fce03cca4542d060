/** A text of the visitor's own, made fit for a model. */
import { DataError } from '../../src/index.js';

/** In code units; it would take minutes to look through more, and no page trains long enough to read it. */
export const MOST_CHARACTERS = 5_000_000;

/**
 * As a model is to read it: lines end in \n alone, no byte order mark, and nothing that UTF-8 cannot express.
 * @throws DataError where nothing can be learned from it, saying in one sentence what would do.
 */
export function cleanText(raw: string): string {
  if (raw.length > MOST_CHARACTERS) {
    throw new DataError(
      `your text has ${counted(raw.length)} characters; leave out some, for ${counted(MOST_CHARACTERS)} are the most this page reads`,
    );
  }
  // The decoder leaves out the mark, and half a surrogate pair becomes a character that says so.
  const text = new TextDecoder().decode(new TextEncoder().encode(raw)).replace(/\r\n?/g, '\n');
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
