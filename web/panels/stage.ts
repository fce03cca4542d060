/** Puts panels on the page and draws those that are on screen, as often as each wants to be. */
import type { App } from '../app.js';
import { element } from '../dom.js';
import type { News } from '../news.js';
import type { Panel, PanelKind } from './panel.js';
import { saving } from './saving.js';

/** Of a second, what all drawing together may take; a panel that is dear waits longer. */
const MOST_SHARE = 0.08;

class Staged {
  readonly news = new Set<News>(['run']);
  isVisible = false;
  private next = 0;

  constructor(
    private readonly panel: Panel,
    private readonly pause: number,
  ) {}

  /** Draws it if there is news and its pause is over. */
  drawIfDue(now: number): void {
    if (!this.isVisible || this.news.size === 0 || now < this.next) return;
    const news = new Set(this.news);
    this.news.clear();
    const started = performance.now();
    this.panel.draw(news);
    const took = performance.now() - started;
    this.next = now + Math.max(this.pause, took / MOST_SHARE);
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
  const frame = (now: number) => {
    for (const each of staged.values()) each.drawIfDue(now);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
