/** Puts panels on the page and draws those that are on screen, as often as each wants to be. */
import type { App } from '../app.js';
import { element } from '../dom.js';
import type { News } from '../news.js';
import type { Panel, PanelKind } from './panel.js';
import { saving } from './saving.js';

/** Of a second, what all drawing together may take; after one that is dear all wait longer. */
const MOST_SHARE = 0.08;

/** Milliseconds between two looks for panels that have something to draw: a page that draws in every frame never rests. */
const LOOKING = 100;

/** A panel, what it has not drawn yet, and when it may. */
export class Staged {
  readonly news = new Set<News>(['run']);
  isVisible = false;
  private isDrawn = false;
  /** When its pause is over. */
  next = 0;

  constructor(
    private readonly panel: Panel,
    private readonly pause: number,
  ) {}

  /** @param isResting - nothing is trained: there is time for what shows something old where nobody looks, which may be printed */
  isDue(now: number, isResting: boolean): boolean {
    return (this.isVisible || (isResting && this.isDrawn)) && this.news.size > 0 && now >= this.next;
  }

  /** Returns the milliseconds that it took. */
  draw(now: number): number {
    const news = new Set(this.news);
    this.news.clear();
    this.isDrawn = true;
    const started = performance.now();
    this.panel.draw(news);
    this.next = now + this.pause;
    return performance.now() - started;
  }
}

/** Builds `kinds` into `host`, each in a section with its title and sentence. */
export function stage(host: HTMLElement, app: App, kinds: Readonly<Record<string, PanelKind>>): void {
  const staged = new Map<Element, Staged>();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) staged.get(target)!.isVisible = isIntersecting;
  });
  for (const [name, kind] of Object.entries(kinds)) {
    const body = element('div', { className: 'body' });
    const heading = element('h2', { id: `${name}-title` }, kind.title);
    const section = element(
      'section',
      { id: name, className: 'panel', 'aria-labelledby': `${name}-title` },
      heading,
      body,
      element('p', { className: 'sentence' }, kind.sentence),
      saving(name, kind.title, body, kind.saves ?? []),
    );
    host.append(section);
    staged.set(section, new Staged(kind.build(body, app), kind.pause));
    watcher.observe(section);
  }
  app.on((news) => {
    for (const each of staged.values()) each.news.add(news);
  });
  let free = 0;
  // One in a frame, the one that waited longest, so that no frame is long.
  const drawNext = (now: number) => {
    const due = [...staged.values()]
      .filter((each) => each.isDue(now, !app.run.isRunning))
      .sort((a, b) => a.next - b.next);
    if (due.length === 0 || now < free) return;
    free = now + due[0].draw(now) / MOST_SHARE;
  };
  setInterval(() => {
    const now = performance.now();
    const isResting = !app.run.isRunning;
    if (now >= free && [...staged.values()].some((each) => each.isDue(now, isResting))) {
      requestAnimationFrame(drawNext);
    }
  }, LOOKING);
}
