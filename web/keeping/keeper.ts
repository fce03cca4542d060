/** Keeps the run on screen as it goes, its setup in the address, and says what the page missed while it was away. */
import type { App } from '../app.js';
import { toLink } from '../setup/link.js';
import { beginsOf, Shelf } from './shelf.js';
import { Store } from './store.js';

/** Milliseconds without a sign of life after which a machine must have slept: hidden pages are given a turn each minute. */
const SLEPT = 150_000;

export class Keeper {
  readonly shelf: Shelf;
  private id = newId();
  /** Whether the visitor wants the run on screen kept no more. */
  private isForgotten = false;
  private isKeeping = false;
  /** Whether something came while it was being kept. */
  private isDue = false;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly app: App) {
    this.shelf = new Shelf(new Store((sentence) => app.say(sentence)), aloneInBrowser);
    app.on((news, change) => {
      if (news === 'run') this.become(newId());
      if (news === 'run' || news === 'setup') history.replaceState(null, '', toLink(app.setup));
      if (change?.what === 'kept') void this.keep();
    });
    this.watchSleep();
  }

  /** Calls `listener` whenever the table of runs may be another. */
  onRuns(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Goes on with a run that was kept. False where only its line in the table is left. */
  async goOn(id: string): Promise<boolean> {
    const kept = await this.shelf.open(id);
    if (kept === null) return false;
    this.app.begin({ setup: kept.setup, ownText: kept.ownText, begin: beginsOf(kept) });
    this.become(id);
    return true;
  }

  async remove(id: string): Promise<void> {
    if (id === this.id) this.isForgotten = true;
    await this.shelf.remove(id);
    this.tell();
  }

  private become(id: string): void {
    this.id = id;
    this.isForgotten = false;
  }

  /** One at a time: where storage is slow, what lies between two is left out rather than waited for. */
  private async keep(): Promise<void> {
    this.isDue = true;
    if (this.isKeeping) return;
    this.isKeeping = true;
    try {
      while (this.isDue && !this.isForgotten) {
        this.isDue = false;
        await this.shelf.keep(this.id, this.app.run, Date.now());
        this.tell();
      }
    } finally {
      this.isKeeping = false;
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  /** Clocks of a page stand still while the machine sleeps; training goes on where it was by itself. */
  private watchSleep(): void {
    let last = Date.now();
    setInterval(() => {
      const now = Date.now();
      const isRunning = this.app.run.isRunning;
      if (isRunning && now - last > SLEPT && document.visibilityState === 'visible') {
        this.app.say(
          `This machine slept for ${Math.round((now - last) / 60_000)} minutes; training goes on.`,
        );
      }
      last = now;
    }, 5000);
    let hiddenAt = 0;
    document.addEventListener('visibilitychange', () => {
      const { step } = this.app.run.models.ngpt;
      if (document.visibilityState === 'hidden') hiddenAt = step;
      else if (this.app.run.isRunning && step > hiddenAt) {
        this.app.say(`While you were away nGPT made ${(step - hiddenAt).toLocaleString('en')} steps.`);
      }
    });
  }
}

/** Not `randomUUID`, which browsers keep from pages without https. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((word) => word.toString(16)).join('-');
}

/** Where the browser has no locks, which is so without https, two tabs may lose each other a line. */
async function aloneInBrowser(task: () => Promise<void>): Promise<void> {
  if (navigator.locks === undefined) await task();
  else await navigator.locks.request('spheregrad-playground', task);
}
