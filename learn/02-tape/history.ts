/** The bare bones of a history, for the second exercise of chapter 2: who holds whom, and what is kept. */

/** What the tape holds of one op. */
export class Node {
  /** How many hold it: tensors, and nodes that came from it. It begins with the one tensor that its op returned. */
  references = 1;
  /** Whether what it kept is gone. */
  isFreed = false;

  constructor(readonly parents: readonly Node[]) {
    for (const parent of parents) parent.references++;
  }

  /** Lets go of what it kept. @throws Error the second time. */
  free(): void {
    if (this.isFreed) throw new Error('freed a second time');
    this.isFreed = true;
  }
}
