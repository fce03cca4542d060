/** Train, pause, one step, begin again; what runs, and how fast. */
import type { App } from '../app.js';
import { element, write } from '../dom.js';
import { ARCHITECTURES } from '../setup/train-settings.js';
import { Notices } from './notices.js';
import { nothingToTrain, stateOf } from './states.js';

/** Milliseconds between two drawings: more of them than anyone reads would only make the page draw frames. */
const DRAWING = 250;

/** Builds the bar into `host`. It is drawn when something is heard, at most four times a second. */
export function transport(host: HTMLElement, app: App): void {
  const train = element('button', {
    ...{ type: 'button', id: 'train', className: 'primary' },
    onclick: () => onTrain(app),
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
    const { models, isRunning, mayStep } = app.run;
    write(train, isRunning ? 'Pause' : 'Train');
    step.disabled = !mayStep;
    write(states, ARCHITECTURES.map((arch) => stateOf(models[arch])).join(' · '));
  };
  const soon = atMostEvery(DRAWING, draw);
  app.on((news, change) => {
    if (news === 'run') notices.clear();
    // That the run is at its end is no longer so.
    if (news === 'setup') notices.say(null, '');
    if (change?.what === 'notice') notices.say(change.arch, change.text, change.offer);
    show();
    soon();
  });
  show();
  draw();
}

function onTrain(app: App): void {
  const { run } = app;
  if (run.isRunning) {
    run.pause();
    return;
  }
  const reason = nothingToTrain(run);
  if (reason === null) run.start();
  else app.say(reason);
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
