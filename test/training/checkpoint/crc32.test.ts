import { crc32 as ofZlib } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, portableCrc32 } from '../../../src/training/checkpoint/crc32.js';

describe.each([
  ['crc32', crc32],
  ['portableCrc32', portableCrc32],
])('%s', (_, checksum) => {
  it('is the CRC-32 of zip and PNG', () => {
    expect(checksum(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(checksum(new Uint8Array())).toBe(0);
  });

  it("equals zlib's of bytes anywhere in a buffer, at once and in parts", () => {
    const buffer = fc.uint8Array({ maxLength: 100, size: 'max' });
    const parts = fc.tuple(buffer, fc.nat({ max: 20 }), fc.nat({ max: 100 }));
    fc.assert(
      fc.property(parts, ([buffer, begin, middle]) => {
        const bytes = buffer.subarray(begin);
        expect(checksum(bytes)).toBe(ofZlib(bytes));
        const [first, rest] = [bytes.subarray(0, middle), bytes.subarray(middle)];
        expect(checksum(rest, checksum(first))).toBe(ofZlib(bytes));
      }),
    );
  });
});
