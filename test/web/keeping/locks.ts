import type { Locks } from '../../../web/keeping/holds.js';

/** Locks of one browser, as all its tabs have them. */
export class FakeLocks implements Locks {
  private readonly held = new Set<string>();

  async request(
    name: string,
    _: { readonly ifAvailable: true },
    task: (lock: object | null) => Promise<void> | void,
  ): Promise<void> {
    await Promise.resolve();
    if (this.held.has(name)) {
      await task(null);
      return;
    }
    this.held.add(name);
    try {
      await task({ name });
    } finally {
      this.held.delete(name);
    }
  }
}
