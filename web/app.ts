/** The page's one state: a setup, the visitor's text, and the run of both models that follows from them. */
import type { News } from './news.js';
import { checkSetup } from './setup/check.js';
import type { Setup } from './setup/setup.js';
import type { Port } from './training/client.js';
import { type Begins, type Change, type Offer, Run } from './training/run.js';

export interface Beginning {
  readonly setup: Setup;
  readonly ownText: string | null;
  /** States to go on from. */
  readonly begin?: Begins;
}

type Listener = (news: News, change: Change | null) => void;

export class App {
  private current: Run;
  private readonly listeners = new Set<Listener>();

  /** @param startWorker - starts the worker of one model. */
  constructor(
    beginning: Beginning,
    private readonly startWorker: () => Port,
  ) {
    this.current = this.open(beginning);
  }

  get run(): Run {
    return this.current;
  }

  get setup(): Setup {
    return this.current.setup;
  }

  get ownText(): string | null {
    return this.current.options.ownText;
  }

  /** Told of everything that happens to this run and to those after it. */
  on(listener: Listener): void {
    this.listeners.add(listener);
  }

  /**
   * A new run in place of the current one, which comes to its end beside it; it waits to be started.
   * @throws ConfigError where the setup will not do; the run on screen then stays.
   */
  begin(beginning: Beginning): void {
    checkSetup(beginning.setup);
    const before = this.current;
    this.current = this.open(beginning);
    this.tell('run', null);
    void before.end();
  }

  /** Says something to the visitor. @param offer - what may be done about it; it is gone with the run on screen. */
  say(text: string, offer?: Offer): void {
    this.tell('notice', { what: 'notice', arch: null, text, offer });
  }

  /** Training goes on to another end; nothing of what came before changes. */
  extend(steps: number): void {
    this.current.setup = { ...this.setup, steps };
    this.tell('setup', null);
  }

  private open(beginning: Beginning): Run {
    const run = new Run({ ...beginning, startWorker: this.startWorker });
    run.on((change) => {
      // What one before it still has to say is for whoever keeps it.
      if (run === this.current) this.tell(change.what, change);
    });
    return run;
  }

  private tell(news: News, change: Change | null): void {
    for (const listener of this.listeners) listener(news, change);
  }
}
