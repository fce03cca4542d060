/** How a setup knows the text of a visitor again, which no link holds. */

import { shown } from '../../src/tensor/checks/describe.js';
import { requireWhole } from '../../src/tensor/checks/values.js';
import { ConfigError } from '../../src/tensor/index.js';
import { crc32 } from '../../src/training/checkpoint/crc32.js';
import type { OwnText } from './setup.js';

/**
 * A text as models read it: lines end in \n alone, no byte order mark, and nothing that UTF-8 cannot express.
 * @example plainText('\uFEFFone\r\ntwo') // 'one\ntwo'
 */
export function plainText(raw: string): string {
  // The decoder leaves out the mark, and half a surrogate pair becomes a character that says so.
  return new TextDecoder().decode(new TextEncoder().encode(raw)).replace(/\r\n?/g, '\n');
}

/** What a setup holds of a text, so that it is known again, from whatever system it comes. */
export function ownTextOf(raw: string): OwnText {
  const text = plainText(raw);
  return { length: text.length, crc: crc32(new TextEncoder().encode(text)) };
}

/** Whether two are of one and the same text. */
export function sameText(a: OwnText, b: OwnText): boolean {
  return a.length === b.length && a.crc === b.crc;
}

/** @throws ConfigError unless it is null or what `ownTextOf` makes. */
export function requireOwnText(name: string, value: OwnText | null): void {
  if (value === null) return;
  const failure = (message: string) => new ConfigError(`${name}: ${message}`, { settings: [name] });
  if (typeof value !== 'object') throw failure(`wants a length and a checksum, got ${shown(value)}`);
  requireWhole('its length', value.length, 1, { failure });
  requireWhole('its checksum', value.crc, 0, { most: 2 ** 32 - 1, failure });
}
