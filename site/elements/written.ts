/** What readers wrote, kept in their browser; where that keeps nothing, until they leave the page. */

const PREFIX = 'spheregrad-exercise-';

export function recall(exercise: string): string | null {
  return attempt(() => localStorage.getItem(PREFIX + exercise));
}

export function remember(exercise: string, text: string): void {
  attempt(() => localStorage.setItem(PREFIX + exercise, text));
}

export function forget(exercise: string): void {
  attempt(() => localStorage.removeItem(PREFIX + exercise));
}

/** Storage throws where it is forbidden or full. */
function attempt<T>(use: () => T): T | null {
  try {
    return use();
  } catch {
    return null;
  }
}
