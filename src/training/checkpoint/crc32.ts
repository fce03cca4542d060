/** CRC-32 as in PNG, zip and Python's `zlib.crc32`. Whatever changes within 32 bits in a row changes it. */

/** Node's own, from 20.16 on, is several times as fast: it has instructions that JavaScript has not. */
const native = globalThis.process?.getBuiltinModule?.('node:zlib')?.crc32;

/** Both take 32-bit lengths for granted somewhere. */
const CHUNK_BYTES = 2 ** 30;

/** The checksum of `bytes`, or where `before` is that of others, of those and `bytes` behind them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  const update = native ?? portableCrc32;
  let sum = before;
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    sum = update(bytes.subarray(start, start + CHUNK_BYTES), sum);
  }
  return sum;
}

/** Bytes that are taken at a time. */
const STRIDE = 16;
/** Row `r` has the remainders of the 256 bytes that `r` zeros follow (Kounavis and Berry, "slicing-by-8", 2008). */
const TABLE = remainders();

function remainders(): Int32Array {
  const table = new Int32Array(256 * STRIDE);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
    table[byte] = remainder;
  }
  for (let i = 256; i < table.length; i++) table[i] = (table[i - 256] >>> 8) ^ table[table[i - 256] & 0xff];
  return table;
}

/** The same where there is no Node, such as in browsers. */
export function portableCrc32(bytes: Uint8Array, before = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let sum = ~before;
  let at = 0;
  for (; at + STRIDE <= bytes.length; at += STRIDE) {
    const first = word(sum ^ view.getInt32(at, true), 12);
    const second = word(view.getInt32(at + 4, true), 8);
    const third = word(view.getInt32(at + 8, true), 4);
    sum = first ^ second ^ third ^ word(view.getInt32(at + 12, true), 0);
  }
  for (; at < bytes.length; at++) sum = (sum >>> 8) ^ TABLE[(sum ^ bytes[at]) & 0xff];
  return ~sum >>> 0;
}

/** The remainder of four bytes that `zeros` follow. */
function word(bits: number, zeros: number): number {
  const row = 256 * zeros;
  return (
    TABLE[row + 768 + (bits & 0xff)] ^
    TABLE[row + 512 + ((bits >>> 8) & 0xff)] ^
    TABLE[row + 256 + ((bits >>> 16) & 0xff)] ^
    TABLE[row + (bits >>> 24)]
  );
}
