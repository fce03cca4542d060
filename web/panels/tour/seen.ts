/** Whether the tour has been seen, in the browser's storage; where that is forbidden, it counts as seen. */

const NAME = 'spheregrad-playground tour';

/** What `localStorage` is. */
export type Memory = Pick<Storage, 'getItem' | 'setItem'>;

/** @param memory - gives the storage, and may throw, as browsers do where it is forbidden. */
export function wasSeen(memory: () => Memory): boolean {
  try {
    return memory().getItem(NAME) !== null;
  } catch {
    // Nobody is to be offered it on every visit.
    return true;
  }
}

export function noteSeen(memory: () => Memory): void {
  try {
    memory().setItem(NAME, 'seen');
  } catch {
    // Forbidden or full: `wasSeen` says it was where it cannot be asked, and else it is offered once more.
  }
}
