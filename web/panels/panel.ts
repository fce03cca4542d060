/** What a panel of the page is. */
import type { App } from '../app.js';
import type { Change } from '../training/run.js';

/** What happened since a panel was last drawn; `run` is a new run, in place of the one before. */
export type News = Change['what'] | 'run';

export interface Panel {
  /** Called at most a few times a second, and only while the panel is on screen; at first with `run`. */
  draw(news: ReadonlySet<News>): void;
}

export interface PanelKind {
  readonly title: string;
  /** One sentence under the panel: what one sees. */
  readonly sentence: string;
  /** Milliseconds between two drawings, at the least. */
  readonly pause: number;
  /** Builds it into `host`, once. */
  build(host: HTMLElement, app: App): Panel;
}
