/** Which runs are this page's alone: two tabs have the same storage, and of a run that both go on with one would be lost. */

/** As much of the browser's locks as is needed. */
export interface Locks {
  request(
    name: string,
    options: { readonly ifAvailable: true },
    task: (lock: object | null) => Promise<void> | void,
  ): Promise<unknown>;
}

interface Hold {
  letGo(): void;
  /** Resolves when another page may have it. */
  readonly gone: Promise<unknown>;
}

export class Holds {
  private readonly held = new Map<string, Hold>();

  /** @param locks - what pages without https lack; then nothing is known of other tabs. */
  constructor(private readonly locks: Locks | undefined) {}

  /** False where another tab has it; else no other gets it as long as this page is open, or until it is released. */
  async take(id: string): Promise<boolean> {
    const { locks } = this;
    if (locks === undefined || this.held.has(id)) return true;
    return new Promise((resolve) => {
      const gone = locks.request(`spheregrad-playground run ${id}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        if (lock === null) return;
        return new Promise((letGo) => {
          this.held.set(id, { letGo, gone });
        });
      });
    });
  }

  /** Whether it is known that no other tab has it. */
  has(id: string): boolean {
    return this.held.has(id);
  }

  async release(id: string): Promise<void> {
    const hold = this.held.get(id);
    this.held.delete(id);
    hold?.letGo();
    await hold?.gone;
  }
}
