/** How one run is kept: whenever it tells a state, and until it has come to its end. */
import type { Run } from '../training/run.js';
import type { Holds } from './holds.js';
import type { Shelf } from './shelf.js';

/** What it keeps with. */
export interface Keepers {
  readonly shelf: Shelf;
  readonly holds: Holds;
  /** Says a sentence to the visitor. */
  say(sentence: string): void;
  /** Hears that the table of runs may be another. */
  kept(): void;
}

export class Keeping {
  /** Whether the visitor wants it kept no more. */
  private isForgotten = false;
  /** Whether something came while it was being kept. */
  private isDue = false;
  private underWay: Promise<void> | null = null;

  /** @param id - under which it is kept, as long as no other page does so. */
  constructor(
    public id: string,
    readonly run: Run,
    private readonly keepers: Keepers,
  ) {
    void keepers.holds.take(id);
    run.on(({ what }) => {
      if (what === 'kept') this.keep();
    });
  }

  /** Resolves when all that the run has told until now is kept. */
  async settled(): Promise<void> {
    await this.underWay;
  }

  forget(): void {
    this.isForgotten = true;
  }

  private keep(): void {
    this.isDue = true;
    this.underWay ??= this.keepAll().finally(() => {
      this.underWay = null;
    });
  }

  /** One at a time: where storage is slow, what lies between two is left out rather than waited for. */
  private async keepAll(): Promise<void> {
    const { shelf, holds, say, kept } = this.keepers;
    while (this.isDue && !this.isForgotten) {
      this.isDue = false;
      const outcome = await shelf.keep(this.id, this.run, Date.now(), holds.has(this.id));
      if (outcome === 'behind') {
        this.id = newId();
        void holds.take(this.id);
        this.isDue = true;
        say('Another tab has gone further with this run: from here on it is kept as a run of its own.');
      }
      kept();
    }
  }
}

/** Not `randomUUID`, which browsers keep from pages without https. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((word) => word.toString(16)).join('-');
}
