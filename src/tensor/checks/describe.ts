/** What errors call the value they were given. */

/** A value of any kind in a word or two, for errors. */
export function described(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return className(value);
  return typeof value === 'bigint' ? `${value}n` : String(value);
}

/** Date, Float32Array, … */
function className(value: object): string {
  try {
    return Object.prototype.toString.call(value).slice(8, -1);
  } catch {
    // Objects may refuse to be looked at.
    return 'an object';
  }
}

/** The same, with texts as they are: for values that may be words. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value : described(value);
}
