/** The tour: a line that offers it, and a card that goes from part to part. It covers nothing and can be ended at any time. */
import { element, write } from '../../dom.js';
import { noteSeen, wasSeen } from './seen.js';
import { STEPS } from './steps.js';

const storage = () => localStorage;

/** Builds it into `host`, which stands outside of the panels, above the bar that trains. */
export function tour(host: HTMLElement): void {
  const begin = element('button', { type: 'button', id: 'tour-begin', onclick: () => go(0) });
  write(begin, wasSeen(storage) ? 'Tour' : 'New here? Take the tour of six steps');
  const title = element('h2', { id: 'tour-title', tabIndex: -1 });
  const words = element('p', {});
  const back = element('button', { type: 'button', id: 'tour-back', onclick: () => go(at - 1) }, 'Back');
  const next = element('button', {
    type: 'button',
    id: 'tour-next',
    className: 'primary',
    onclick: () => onNext(),
  });
  const end = element('button', { type: 'button', id: 'tour-end', onclick: () => finish() }, 'End the tour');
  const panel = element(
    'section',
    {
      ...{ id: 'tour', hidden: true, 'aria-labelledby': 'tour-title' },
      // What a handler gives back would decide whether the key does what it does elsewhere.
      onkeydown(event: KeyboardEvent) {
        if (event.key === 'Escape') finish();
      },
    },
    ...[title, words, element('div', { className: 'row' }, back, next, end)],
  );
  let at = 0;

  const go = (step: number) => {
    at = step;
    const { title: name, words: sentence, at: place } = STEPS[at];
    mark(place);
    write(title, `${at + 1} of ${STEPS.length}: ${name}`);
    write(words, sentence);
    write(next, at === STEPS.length - 1 ? 'Done' : 'Next');
    back.disabled = at === 0;
    panel.hidden = false;
    begin.hidden = true;
    noteSeen(storage);
    // What it speaks of is pushed down by it, not covered; the bar would stay in sight with it, and take the whole screen of a phone.
    const part = place === 'transport' ? null : document.getElementById(place);
    (part ?? host).prepend(panel);
    (part ?? panel).scrollIntoView({ behavior: scrolling(), block: 'start' });
    // Read out, and the next Tab leads to the buttons; it stays in sight, so nothing scrolls for it.
    title.focus({ preventScroll: true });
  };
  const onNext = () => (at === STEPS.length - 1 ? finish() : go(at + 1));
  const finish = () => {
    mark(null);
    panel.hidden = true;
    host.append(panel);
    begin.hidden = false;
    write(begin, 'Tour');
    begin.focus({ preventScroll: true });
  };
  host.append(begin, panel);
}

/** Frames the part that a step is about, and no other. */
function mark(place: string | null): void {
  for (const { at } of STEPS) document.getElementById(at)?.classList.toggle('toured', at === place);
}

function scrolling(): ScrollBehavior {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth';
}
