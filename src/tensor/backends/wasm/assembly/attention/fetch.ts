// Memory is waited for least where many lines of it are asked for at once. Between two loads that miss, a kernel computes;
// here nothing is done but load.

const LINE_BYTES: usize = 64;

/** Brings `bytes` at `x` into the caches, what will be written too. No compiler drops these loads: they could trap. */
export function fetch(x: usize, bytes: usize): void {
  for (const end = x + bytes; x < end; x += LINE_BYTES) load<i32>(x);
}
