/** Keeps the run on screen as it goes, and the one before it to its end; goes on with those that were kept. */
import type { App } from '../app.js';
import { ownTextOf, sameText } from '../setup/own-text.js';
import type { Setup } from '../setup/setup.js';
import type { Holds } from './holds.js';
import { type Keepers, Keeping, newId } from './keeping.js';
import type { RunRecord } from './record.js';
import { beginsOf, type Shelf } from './shelf.js';

export class Keeper {
  private current: Keeping;
  /** That one, and those before it that have yet to come to their ends. */
  private readonly all = new Set<Keeping>();
  /** Under which id the next run is kept, if it is one that goes on. */
  private nextId: string | null = null;
  /** Until the runs before the one on screen are kept to their ends. */
  private ending: Promise<unknown> = Promise.resolve();
  private readonly keepers: Keepers;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly app: App,
    readonly shelf: Shelf,
    private readonly holds: Holds,
  ) {
    const kept = () => {
      for (const listener of this.listeners) listener();
    };
    this.keepers = { shelf, holds, kept, say: (sentence) => app.say(sentence) };
    this.current = this.keep(newId());
    app.on((news) => {
      if (news === 'run') this.follow();
    });
  }

  /** Calls `listener` whenever the table of runs may be another. */
  onRuns(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Goes on with a run that was kept, in this tab alone. False where only its line in the table is left. */
  async goOn(id: string): Promise<boolean> {
    // With the last state of it, which a run has to tell first.
    if (id === this.current.id) await this.app.run.rest();
    await this.current.settled();
    await this.ending;
    const isOurs = await this.holds.take(id);
    const kept = await this.shelf.open(id);
    if (kept === null) return false;
    this.nextId = isOurs ? id : null;
    try {
      this.app.begin({ setup: kept.setup, ownText: kept.ownText, begin: beginsOf(kept) });
    } finally {
      this.nextId = null;
    }
    if (!isOurs) this.app.say('This run is open in another tab: here it goes on as a run of its own.');
    return true;
  }

  /** Begins a run anew, with the visitor's text if it is kept. */
  async begin(setup: Setup): Promise<void> {
    this.app.begin({ setup, ownText: await this.textFor(setup) });
  }

  /** Says, when there is a run of this setup, that it can be gone on with. */
  async offer(): Promise<void> {
    const record = await this.shelf.latestOf(this.app.setup);
    if (record === null) return;
    this.app.say(`Your run of ${stepsOf(record).toLocaleString('en')} steps is kept.`, {
      label: 'Go on with it',
      take: () => void this.goOn(record.id),
    });
  }

  async remove(id: string): Promise<void> {
    for (const keeping of this.all) if (keeping.id === id) keeping.forget();
    await this.shelf.remove(id);
    this.keepers.kept();
  }

  private async textFor({ ownText: known }: Setup): Promise<string | null> {
    const here = this.app.ownText;
    if (known === null || (here !== null && sameText(ownTextOf(here), known))) return here;
    return (await this.shelf.textOf(known)) ?? here;
  }

  private follow(): void {
    const before = this.current;
    this.current = this.keep(this.nextId ?? newId());
    this.ending = Promise.all([this.ending, this.finish(before)]);
  }

  private keep(id: string): Keeping {
    const keeping = new Keeping(id, this.app.run, this.keepers);
    this.all.add(keeping);
    return keeping;
  }

  private async finish(keeping: Keeping): Promise<void> {
    await keeping.run.end();
    await keeping.settled();
    this.all.delete(keeping);
    if (keeping.id !== this.current.id) await this.holds.release(keeping.id);
  }
}

/** Of the model that came further: one that began with a file may be alone. */
function stepsOf({ states }: RunRecord): number {
  return Math.max(...Object.values(states ?? {}));
}
