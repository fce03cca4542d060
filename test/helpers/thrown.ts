/** What went wrong, to be held to the letter: `toThrow('…')` would take a part of it. */

/** The message of what `f` throws; fails if nothing is thrown. */
export function messageOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

/** The same for what may also reject a promise. */
export async function laterMessageOf(f: () => unknown): Promise<string> {
  try {
    await f();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
