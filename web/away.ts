/** Says what the visitor missed while the page was hidden or the machine asleep. */
import type { App } from './app.js';

/** Milliseconds without a sign of life after which a machine must have slept: hidden pages are given a turn each minute. */
const SLEPT = 150_000;

/** Clocks of a page stand still while the machine sleeps; training goes on where it was by itself. */
export function watchAway(app: App): void {
  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    if (app.run.isRunning && now - last > SLEPT && document.visibilityState === 'visible') {
      app.say(`This machine slept for ${Math.round((now - last) / 60_000)} minutes; training goes on.`);
    }
    last = now;
  }, 5000);
  let hiddenAt = 0;
  document.addEventListener('visibilitychange', () => {
    const { step } = app.run.models.ngpt;
    if (document.visibilityState === 'hidden') hiddenAt = step;
    else if (app.run.isRunning && step > hiddenAt) {
      app.say(`While you were away nGPT made ${(step - hiddenAt).toLocaleString('en')} steps.`);
    }
  });
}
