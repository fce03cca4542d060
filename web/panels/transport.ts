/** Train, pause, one step, begin again; what runs, and how fast. */
import type { App } from '../app.js';
import { element, write } from '../dom.js';
import { NAMES } from '../palette.js';
import { ARCHITECTURES } from '../setup/train-settings.js';
import type { History } from '../training/history.js';
import type { ModelRun } from '../training/run.js';
import { Notices } from './notices.js';

/** Steps over which the speed is measured. */
const SPAN = 30;

/** Milliseconds between two drawings: more of them than anyone reads would only make the page draw frames. */
const DRAWING = 250;

/** Builds the bar into `host`. It is drawn when something is heard, at most four times a second. */
export function transport(host: HTMLElement, app: App): void {
  const train = element('button', {
    ...{ type: 'button', id: 'train', className: 'primary' },
    onclick: () => (app.run.isRunning ? app.run.pause() : app.run.start()),
  });
  const step = element('button', { type: 'button', id: 'step', onclick: () => app.run.step() }, 'One step');
  const reset = element(
    'button',
    { type: 'button', id: 'reset', onclick: () => app.begin({ setup: app.setup, ownText: app.ownText }) },
    'Begin again',
  );
  const states = element('output', { id: 'states' });
  const notices = new Notices();
  const said = element('p', { id: 'notices', role: 'status' });
  const offer = element('button', { type: 'button', id: 'offer', onclick: () => notices.offer?.take() });
  const away = element(
    'button',
    { type: 'button', id: 'put-away', 'aria-label': 'Put this notice away', onclick: () => put() },
    '✕',
  );
  const put = () => {
    notices.clear();
    show();
    train.focus({ preventScroll: true });
  };
  const show = () => {
    write(said, notices.text);
    write(offer, notices.offer?.label ?? '');
    offer.hidden = notices.offer === null;
    away.hidden = notices.text === '';
  };
  host.append(
    element('div', { className: 'row' }, train, step, reset, states),
    element('div', { className: 'notice' }, said, offer, away),
  );

  const draw = () => {
    const { models, isRunning } = app.run;
    write(train, isRunning ? 'Pause' : 'Train');
    step.disabled = isRunning;
    write(states, ARCHITECTURES.map((arch) => stateOf(models[arch])).join(' · '));
  };
  const soon = atMostEvery(DRAWING, draw);
  app.on((news, change) => {
    if (news === 'run') notices.clear();
    if (change?.what === 'notice') notices.say(change.arch, change.text, change.offer);
    show();
    soon();
  });
  show();
  draw();
}

function stateOf({ arch, status, step, history, facts }: ModelRun): string {
  const name = NAMES[arch];
  if (status === 'failed') return `${name} stopped`;
  if (status === 'opening') return `${name} is loading`;
  const speed = speedOf(history);
  const where = `${name}: step ${step.toLocaleString('en')}`;
  const how = facts === null ? '' : ` on ${facts.backend} (${facts.mode})`;
  return speed === null ? where + how : `${where}, ${speed.toFixed(1)} steps a second${how}`;
}

/** Of the last steps; null before there are two. */
export function speedOf({ steps: { step, seconds } }: Pick<History, 'steps'>): number | null {
  const last = step.length - 1;
  if (last < 1) return null;
  const first = Math.max(0, last - SPAN);
  return (step[last] - step[first]) / (seconds[last] - seconds[first]);
}

/** Calls `task` at once if the last call is long enough ago, else when it is. */
function atMostEvery(pause: number, task: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  let isWaiting = false;
  const run = () => {
    isWaiting = false;
    last = performance.now();
    task();
  };
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    const rest = last + pause - performance.now();
    if (rest <= 0) run();
    else setTimeout(run, rest);
  };
}
