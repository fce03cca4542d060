// Reductions of integers. Sums are those of int32, modulo 2³².

/** [outer, length, inner] → [outer, inner]. */
export function sumInt(x: usize, out: usize, outer: i32, length: i32, inner: i32): void {
  combineRows(true, x, out, outer, length, inner);
}

/** [outer, length, inner] → [outer, inner]. */
export function maxInt(x: usize, out: usize, outer: i32, length: i32, inner: i32): void {
  combineRows(false, x, out, outer, length, inner);
}

// @ts-ignore: decorator
@inline
function combineRows(isSum: bool, x: usize, out: usize, outer: i32, length: i32, inner: i32): void {
  for (; outer > 0; outer--) {
    for (let column = 0; column < inner; column++) {
      store<i32>(out + (<usize>column << 2), isSum ? 0 : i32.MIN_VALUE);
    }
    for (let row = 0; row < length; row++) {
      for (let column = 0; column < inner; column++) {
        const at = out + (<usize>column << 2);
        const sofar = load<i32>(at);
        const value = load<i32>(x);
        store<i32>(at, isSum ? sofar + value : max(sofar, value));
        x += 4;
      }
    }
    out += <usize>inner << 2;
  }
}

/** Index of the first largest in each row: [rows, columns] → [rows]. */
export function argmaxInt(x: usize, out: usize, rows: i32, columns: i32): void {
  for (; rows > 0; rows--) {
    let best = 0;
    for (let column = 1; column < columns; column++) {
      if (load<i32>(x + (<usize>column << 2)) > load<i32>(x + (<usize>best << 2))) best = column;
    }
    store<i32>(out, best);
    x += <usize>columns << 2;
    out += 4;
  }
}

/** Running sums along the middle of [outer, length, inner], with `reverse` from its end. */
export function cumsumInt(x: usize, out: usize, outer: i32, length: i32, inner: i32, reverse: bool): void {
  const rowBytes = <usize>inner << 2;
  for (; outer > 0; outer--) {
    for (let i = 0; i < length; i++) {
      const row = <usize>(reverse ? length - 1 - i : i) * rowBytes;
      // Of the row before, in the order of the sums.
      const before = out + (reverse ? row + rowBytes : row - rowBytes);
      for (let at: usize = 0; at < rowBytes; at += 4) {
        const sum = i == 0 ? 0 : load<i32>(before + at);
        store<i32>(out + row + at, sum + load<i32>(x + row + at));
      }
    }
    x += rowBytes * <usize>length;
    out += rowBytes * <usize>length;
  }
}
