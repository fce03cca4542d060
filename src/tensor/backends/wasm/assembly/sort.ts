// Sorting: each row as words of 64 bits. The upper half is a key that is ordered as the values are, the lower half where
// the value stands: it breaks ties, so that equal values stay in their order.

/** Rows up to here are sorted by insertion, longer ones byte by byte of their keys. */
const SHORT = 64;
/** How often each byte occurs, then where the next word with it goes. */
const COUNTS = memory.data(256 << 2, 16);

/** Where the elements of each row of [rows, length] stand in order: int32. `words` has room for 2·length words. */
export function argsort(
  x: usize, out: usize, rows: i32, length: i32, isInt: bool, descending: bool, words: usize,
): void {
  // With all bits turned around keys count down.
  const turn: u32 = descending ? 0xffffffff : 0;
  const other = words + (<usize>length << 3);
  for (; rows > 0; rows--) {
    for (let i = 0; i < length; i++) {
      const bits = load<u32>(x);
      const key = (isInt ? bits ^ 0x80000000 : keyOf(bits)) ^ turn;
      store<u64>(words + (<usize>i << 3), (<u64>key << 32) | <u64>i);
      x += 4;
    }
    if (length <= SHORT) {
      insertEach(words, length);
    } else {
      distribute(words, other, length, 4);
      distribute(other, words, length, 5);
      distribute(words, other, length, 6);
      distribute(other, words, length, 7);
    }
    for (let i = 0; i < length; i++) {
      store<i32>(out, load<i32>(words + (<usize>i << 3)));
      out += 4;
    }
  }
}

/** Of the bits of a float: NaN is above all, and zeros of both signs are equal. */
// @ts-ignore: decorator
@inline
function keyOf(bits: u32): u32 {
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return 0xffffffff;
  if (size == 0) return 0x80000000;
  return bits >> 31 ? ~bits : bits | 0x80000000;
}

function insertEach(words: usize, length: i32): void {
  const end = words + (<usize>length << 3);
  for (let at = words + 8; at < end; at += 8) {
    const word = load<u64>(at);
    let place = at;
    while (place > words && load<u64>(place - 8) > word) {
      store<u64>(place, load<u64>(place - 8));
      place -= 8;
    }
    store<u64>(place, word);
  }
}

/** Moves the words to `out`, in the order of one of their bytes, those of one byte as they were: a pass of a radix sort. */
function distribute(words: usize, out: usize, length: i32, byte: usize): void {
  memory.fill(COUNTS, 0, 256 << 2);
  const end = words + (<usize>length << 3);
  for (let at = words; at < end; at += 8) {
    const count = COUNTS + (<usize>load<u8>(at + byte) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  let place = out;
  for (let value: usize = 0; value < 256; value++) {
    const count = COUNTS + (value << 2);
    const next = place + (<usize>load<u32>(count) << 3);
    store<u32>(count, <u32>place);
    place = next;
  }
  for (let at = words; at < end; at += 8) {
    const count = COUNTS + (<usize>load<u8>(at + byte) << 2);
    const target = <usize>load<u32>(count);
    store<u64>(target, load<u64>(at));
    store<u32>(count, <u32>(target + 8));
  }
}
