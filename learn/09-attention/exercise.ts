/** Chapter 9, exercise 1: attention of one query, whose keys come in blocks. */
import { yoursToWrite } from '../exercises/check.js';

/** What a query meets in one block of keys: a score for each, −Infinity for one that it may not see, and its value. */
export interface Block {
  readonly scores: ArrayLike<number>;
  readonly values: ArrayLike<ArrayLike<number>>;
}

/**
 * Σⱼ pⱼ vⱼ over all keys, where p is the softmax of all scores. `blocks` can be walked through once, and a block is only there
 * until the next one comes: what it was has to be in your sums by then. At least one key may be seen.
 */
export function attend(blocks: Iterable<Block>): readonly number[] {
  return yoursToWrite('attend', blocks);
}
