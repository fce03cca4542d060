/** Single flipped bits: what becomes of a file with one of them. */
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { CheckpointError } from '../../../src/index.js';

/** The file with one bit the other way; `bit` counts from the lowest of the first byte. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] ^= 1 << (bit & 7);
  return copy;
}

export interface FlipCounts {
  refused: number;
  /** Read as if nothing had happened. */
  harmless: number;
}

/** @throws AssertionError for a bit that changes what is read, or is refused in any but one line. */
export function flipBits<T>(
  bytes: Uint8Array,
  bits: Iterable<number>,
  read: (bytes: Uint8Array) => T,
): FlipCounts {
  const whole = read(bytes);
  const counts = { refused: 0, harmless: 0 };
  for (const bit of bits) {
    const changed = attempt(() => read(flipped(bytes, bit)));
    if ('reason' in changed) counts.refused++;
    else if (isDeepStrictEqual(changed.value, whole)) counts.harmless++;
    else expect.fail(`bit ${bit & 7} of byte ${bit >> 3} changes what is read, and nobody notices`);
  }
  return counts;
}

function attempt<T>(read: () => T): { value: T } | { reason: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    expect(error.message).toMatch(/^[^\n]{10,1000}$/);
    return { reason: error.message };
  }
}
