/** The playground: GPT and nGPT learn side by side in this page. */
import { App } from './app.js';
import { Keeper } from './keeping/keeper.js';
import { panelsOf } from './panels/index.js';
import { stage } from './panels/stage.js';
import { tour } from './panels/tour/tour.js';
import { transport } from './panels/transport.js';
import { fromLink, toLink } from './setup/link.js';
import type { Port } from './training/client.js';

function startWorker(): Port {
  return new Worker(new URL('./training/worker.ts', import.meta.url), { type: 'module' }) as unknown as Port;
}

const { setup, problems } = fromLink(location.hash);
const app = new App({ setup, ownText: null }, startWorker);
const keeper = new Keeper(app);
transport(document.querySelector('#transport') as HTMLElement, app);
tour(document.querySelector('#tour-place') as HTMLElement);
stage(document.querySelector('main') as HTMLElement, app, panelsOf(keeper));
if (problems.length > 0) app.say(problems.join(' '));
// A link that is followed within the page, or pasted into its address.
addEventListener('hashchange', () => {
  const followed = fromLink(location.hash);
  if (followed.problems.length === 0) app.begin({ setup: followed.setup, ownText: app.ownText });
  else {
    // The run on screen is worth more than a link with nonsense in it.
    history.replaceState(null, '', toLink(app.setup));
    app.say(followed.problems.join(' '));
  }
});
