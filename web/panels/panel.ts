/** What a panel of the page is. */
import type { App } from '../app.js';
import type { News } from '../news.js';
import type { Saved } from './saving.js';

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
  /** What can be saved of it; nothing if it is not there. */
  readonly saves?: readonly Saved[];
  /** Builds it into `host`, once. */
  build(host: HTMLElement, app: App): Panel;
}
