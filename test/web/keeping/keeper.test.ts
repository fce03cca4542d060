import { beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../../../web/app.js';
import { Holds } from '../../../web/keeping/holds.js';
import { Keeper } from '../../../web/keeping/keeper.js';
import { Shelf } from '../../../web/keeping/shelf.js';
import { DEFAULT_SETUP } from '../../../web/setup/options.js';
import { ownTextOf } from '../../../web/setup/own-text.js';
import type { Setup } from '../../../web/setup/setup.js';
import type { Change } from '../../../web/training/run.js';
import { FACTS, FakePort, steps } from '../training/port.js';
import { FakeLocks } from './locks.js';
import { FakePlace } from './place.js';

let place: FakePlace;
let locks: FakeLocks | undefined;

beforeEach(() => {
  place = new FakePlace();
  locks = new FakeLocks();
});

/** A tab with the page in it: all of them have the same storage and the same locks. */
class Tab {
  readonly ports: FakePort[] = [];
  readonly notices: Extract<Change, { what: 'notice' }>[] = [];
  readonly app: App;
  readonly keeper: Keeper;
  readonly shelf = new Shelf(place);

  constructor(setup: Setup = DEFAULT_SETUP, ownText: string | null = null) {
    this.app = new App({ setup, ownText }, () => {
      const port = new FakePort();
      this.ports.push(port);
      return port;
    });
    this.keeper = new Keeper(this.app, this.shelf, new Holds(locks));
    this.app.on((_, change) => {
      if (change?.what === 'notice') this.notices.push(change);
    });
  }

  /** Workers of the run on screen. */
  get workers(): FakePort[] {
    return this.ports.slice(-2);
  }

  open(): void {
    for (const port of this.workers) port.say({ told: 'opened', facts: FACTS });
  }

  /** Both workers tell of a step, and of the state there. */
  come(step: number, workers = this.workers): void {
    for (const port of workers) {
      port.say(steps(step));
      port.say({ told: 'kept', step, checkpoint: Uint8Array.of(step) });
      port.say({ told: 'paused', step });
    }
  }

  /** Steps of the states that are kept, the latest first. */
  async kept(): Promise<(number | undefined)[]> {
    return (await this.shelf.records()).map(({ states }) => states?.ngpt);
  }

  async untilKept(...expected: number[]): Promise<void> {
    await expect.poll(() => this.kept()).toEqual(expected);
  }

  async latestId(): Promise<string> {
    return (await this.shelf.records())[0].id;
  }
}

/** A tab whose run has been kept at a step. */
async function tabAt(step: number): Promise<Tab> {
  const tab = new Tab();
  tab.open();
  tab.come(step);
  await tab.untilKept(step);
  return tab;
}

const OTHER_TAB = 'This run is open in another tab: here it goes on as a run of its own.';

describe('Keeper', () => {
  it('goes on with a run under its id where no other tab has it', async () => {
    const tab = await tabAt(4);
    const id = await tab.latestId();
    expect(await tab.keeper.goOn(id)).toBe(true);
    expect(tab.workers[0].commands[0]).toMatchObject({ do: 'open', checkpoint: Uint8Array.of(4) });
    tab.open();
    tab.come(9);
    await tab.untilKept(9);
    expect(await tab.latestId()).toBe(id);
    expect(tab.notices).toEqual([]);
  });

  it('keeps as a run of its own what goes on in a second tab, and says so', async () => {
    const one = await tabAt(4);
    const other = new Tab();
    expect(await other.keeper.goOn(await one.latestId())).toBe(true);
    expect(other.notices.map(({ text }) => text)).toEqual([OTHER_TAB]);
    other.open();
    other.come(12);
    await other.untilKept(12, 4);
    one.come(5);
    await one.untilKept(5, 12);
  });

  it('leaves a run to other tabs once another has taken its place', async () => {
    const one = await tabAt(4);
    const id = await one.latestId();
    one.app.begin({ setup: DEFAULT_SETUP, ownText: null });
    const other = new Tab();
    await vi.waitFor(async () => expect(one.ports[0].isEnded).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await other.keeper.goOn(id)).toBe(true);
    expect(other.notices).toEqual([]);
    other.open();
    other.come(7);
    await other.untilKept(7);
  });

  it('loses no steps of another tab where the browser has no locks', async () => {
    locks = undefined;
    const one = await tabAt(4);
    const other = new Tab();
    await other.keeper.goOn(await one.latestId());
    other.open();
    other.come(12);
    await other.untilKept(12);
    one.come(5);
    await one.untilKept(5, 12);
    one.come(6);
    await one.untilKept(6, 12);
    expect(one.notices.map(({ text }) => text)).toEqual([
      'Another tab has gone further with this run: from here on it is kept as a run of its own.',
    ]);
    expect(other.notices).toEqual([]);
  });

  it('keeps the last state of a run that another takes the place of, which waits for nothing', async () => {
    const tab = await tabAt(4);
    const before = tab.workers;
    tab.app.run.start(50);
    tab.app.begin({ setup: { ...DEFAULT_SETUP, seed: 2 }, ownText: null });
    expect(tab.workers.map(({ commands }) => commands[0].do)).toEqual(['open', 'open']);
    expect(before.map(({ last, isEnded }) => [last?.do, isEnded])).toEqual([
      ['pause', false],
      ['pause', false],
    ]);
    const heard: string[] = [];
    tab.app.on((news) => heard.push(news));
    tab.come(33, before);
    await tab.untilKept(33);
    expect((await tab.shelf.records())[0].setup.seed).toBe(DEFAULT_SETUP.seed);
    await vi.waitFor(() => expect(before.every(({ isEnded }) => isEnded)).toBe(true));
    // The page heard nothing of it, and of the next one it does.
    expect(heard).toEqual([]);
    expect(tab.app.run.models.ngpt.history.lastStep).toBe(0);
    tab.open();
    tab.come(1);
    expect(heard).toContain('steps');
    await tab.untilKept(1, 33);
  });

  it('goes on with the run on screen from its last step', async () => {
    const tab = await tabAt(4);
    const id = await tab.latestId();
    tab.app.run.start(50);
    const going = tab.keeper.goOn(id);
    expect(tab.workers[0].last).toEqual({ do: 'pause' });
    tab.come(8);
    expect(await going).toBe(true);
    expect(tab.workers[0].commands[0]).toMatchObject({ do: 'open', checkpoint: Uint8Array.of(8) });
    tab.open();
    tab.come(9);
    await tab.untilKept(9);
    // It is this tab's still.
    const other = new Tab();
    await other.keeper.goOn(id);
    expect(other.notices.map(({ text }) => text)).toEqual([OTHER_TAB]);
  });

  it('keeps no more of a run that is to be forgotten, to its very end', async () => {
    const tab = await tabAt(4);
    const before = tab.workers;
    tab.app.run.start(50);
    tab.app.begin({ setup: DEFAULT_SETUP, ownText: null });
    await tab.keeper.remove(await tab.latestId());
    tab.come(33, before);
    await vi.waitFor(() => expect(before.every(({ isEnded }) => isEnded)).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await tab.kept()).toEqual([]);
  });

  it('has nothing to go on with where only the line is left', async () => {
    const tab = await tabAt(4);
    const { run } = tab.app;
    expect(await tab.keeper.goOn('none')).toBe(false);
    expect(tab.app.run).toBe(run);
  });

  it('offers the run of this setup that is kept, and goes on with it', async () => {
    const steps = 1050;
    const before = await tabAt(steps);
    const other = new Tab({ ...DEFAULT_SETUP, seed: 2 });
    await other.keeper.offer();
    expect(other.notices).toEqual([]);
    // After a reload: the tab before is no more.
    locks = new FakeLocks();
    const tab = new Tab({ ...DEFAULT_SETUP, steps: 9 });
    await tab.keeper.offer();
    expect(tab.notices.map(({ text, offer }) => [text, offer?.label])).toEqual([
      ['Your run of 1,050 steps is kept.', 'Go on with it'],
    ]);
    tab.notices[0].offer?.take();
    await expect.poll(() => tab.app.run.models.ngpt.step).toBe(steps);
    expect(tab.app.setup).toEqual(before.app.setup);
  });

  it('begins with the text that a setup knows, from the page or from what is kept', async () => {
    const own = (text: string): Setup => ({ ...DEFAULT_SETUP, data: 'own', ownText: ownTextOf(text) });
    const before = new Tab(own('mine'), 'mine');
    before.open();
    before.come(3);
    await before.untilKept(3);
    const tab = new Tab(own('other'), 'other');
    await tab.keeper.begin({ ...own('other'), seed: 2 });
    expect(tab.app.ownText).toBe('other');
    await tab.keeper.begin(own('mine'));
    expect(tab.app.ownText).toBe('mine');
    expect(tab.workers[0].commands[0]).toMatchObject({ ownText: 'mine' });
    await tab.keeper.begin(DEFAULT_SETUP);
    expect(tab.app.ownText).toBe('mine');
  });
});
