/** The browser's own storage: it may be full, or forbidden, and the page goes on without it. */
import { createStore, del, get, set } from 'idb-keyval';

/** What is kept there, by name. */
export class Store {
  private readonly place = createStore('spheregrad-playground', 'kept');

  /** @param complain - gets one sentence when something could not be kept, and no second one about the same. */
  constructor(private readonly complain: (sentence: string) => void) {}

  private isBroken = false;

  /** What was kept under a name; undefined where there is nothing, or no storage. */
  async read<T>(name: string): Promise<T | undefined> {
    return this.orSay(() => get<T>(name, this.place));
  }

  /** Keeps a value, which has to be one that can be cloned. Resolves to whether it could be. */
  async write(name: string, value: unknown): Promise<boolean> {
    const kept = await this.orSay(async () => {
      await set(name, value, this.place);
      // Only now: a full storage can still be read.
      this.isBroken = false;
      return true;
    });
    return kept === true;
  }

  async remove(name: string): Promise<void> {
    await this.orSay(() => del(name, this.place));
  }

  private async orSay<T>(task: () => Promise<T>): Promise<T | undefined> {
    try {
      return await task();
    } catch (error) {
      if (!this.isBroken) this.complain(sentenceOf(error));
      this.isBroken = true;
      return undefined;
    }
  }
}

/** What stands in the way, for someone who has never heard of IndexedDB. */
export function sentenceOf(error: unknown): string {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'QuotaExceededError') {
    return "The browser's storage is full: training goes on, but a reload begins anew. Download what you want to keep.";
  }
  return "The browser's storage is not to be had (a private window, perhaps): training goes on, but a reload begins anew.";
}
