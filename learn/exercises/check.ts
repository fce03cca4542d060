/** Chapter learn/exercises/check.ts: the checks. */

/** What the checks of an exercise are written with. Pure: they run in Node and in a page. */

/** One thing that an exercise must do. `E` is what `exercise.ts` and `solution.ts` export. */
export interface Check<E> {
  /** What is so when it passes, as a sentence: `tanh has the value of Math.tanh`. */
  readonly name: string;
  /** Throws when it is not so; `close`, `equal` and the others below say why. The backend is `reference`, in float64. */
  run(exercise: E): void | Promise<void>;
}

/** What a check found wrong: its message is for the reader. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

/** The exercise has a body that is still the reader's to write. */
export class NotWritten extends Error {
  override readonly name = 'NotWritten';
}

/**
 * The body of a function that an exercise asks for. The arguments are those of the function, or none.
 * @throws NotWritten
 * @example
 * export function tanh(x: Scalar): Scalar {
 *   return yoursToWrite('tanh', x);
 * }
 */
export function yoursToWrite(name: string, ..._arguments: readonly unknown[]): never {
  throw new NotWritten(`${name} is yours to write`);
}

/** Numbers, in lists of any depth. */
export type Numbers = number | ArrayLike<Numbers>;

/**
 * Holds numbers to others, within `tolerance` of the larger of 1 and the number wanted. `what` names the value that came;
 * `hint` says where to look.
 * @throws Mismatch with both values.
 * @example close(y.value, Math.tanh(0.5), 'the value of tanh(0.5)')
 */
export function close(came: Numbers, wanted: Numbers, what: string, hint = '', tolerance = 1e-9): void {
  const isSame = same(came, wanted, (a, b) => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)));
  if (!isSame) throw mismatch(what, came, wanted, hint);
}

/**
 * Holds numbers, strings and the like to others, exactly.
 * @throws Mismatch with both values.
 * @example equal(order.length, 4, 'the length of the order', 'each value stands there once')
 */
export function equal(came: unknown, wanted: unknown, what: string, hint = ''): void {
  if (shown(came) !== shown(wanted)) throw mismatch(what, came, wanted, hint);
}

/**
 * Asks for something to be so.
 * @throws Mismatch that says `message`.
 * @example holds(order.indexOf(x) < order.indexOf(y), 'x has to stand before y, which came from it')
 */
export function holds(isSo: boolean, message: string): void {
  if (!isSo) throw new Mismatch(message);
}

/**
 * Asks for an error whose message has `part` in it.
 * @throws Mismatch when none comes, or another.
 * @example refuses(() => backward(vector), /single/, 'backward from a vector')
 */
export function refuses(f: () => unknown, part: RegExp, what: string, hint = ''): void {
  let message: string;
  try {
    f();
  } catch (error) {
    // What is not written yet refuses nothing.
    if (error instanceof NotWritten) throw error;
    message = error instanceof Error ? error.message : String(error);
    if (part.test(message)) return;
    throw new Mismatch(withHint(`${what}: wanted an error that says ${part}, it says: ${message}`, hint));
  }
  throw new Mismatch(withHint(`${what}: wanted an error, none came`, hint));
}

function same(came: unknown, wanted: unknown, isClose: (a: number, b: number) => boolean): boolean {
  if (typeof wanted === 'number') {
    return typeof came === 'number' && (Object.is(came, wanted) || isClose(came, wanted));
  }
  if (!isList(came) || !isList(wanted) || came.length !== wanted.length) return false;
  return Array.from(wanted, (each, i) => same(came[i], each, isClose)).every(Boolean);
}

function isList(x: unknown): x is ArrayLike<unknown> {
  return typeof x === 'object' && x !== null && 'length' in x;
}

function mismatch(what: string, came: unknown, wanted: unknown, hint: string): Mismatch {
  return new Mismatch(withHint(`${what} is ${shown(came)}, wanted ${shown(wanted)}`, hint));
}

function withHint(message: string, hint: string): string {
  return hint === '' ? message : `${message}; ${hint}`;
}

/** As people write it: `[1, 2]`, `'text'`, `0.46211716`. Every NaN is the same, and so are 0 and −0. */
function shown(x: unknown): string {
  if (typeof x === 'string') return `'${x}'`;
  if (typeof x === 'number') return String(x === 0 ? 0 : Number(x.toPrecision(10)));
  if (isList(x)) return `[${Array.from(x, shown).join(', ')}]`;
  if (x instanceof Set) return `{${Array.from(x, shown).join(', ')}}`;
  return typeof x === 'object' && x !== null ? JSON.stringify(x) : String(x);
}
