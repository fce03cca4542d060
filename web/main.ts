/** The playground: GPT and nGPT learn side by side in this page. */
import { keepAddress } from './address.js';
import { App } from './app.js';
import { watchAway } from './away.js';
import { Holds } from './keeping/holds.js';
import { Keeper } from './keeping/keeper.js';
import { type Alone, Shelf } from './keeping/shelf.js';
import { Store } from './keeping/store.js';
import { panelsOf } from './panels/index.js';
import { stage } from './panels/stage.js';
import { tour } from './panels/tour/tour.js';
import { transport } from './panels/transport.js';
import { fromLink } from './setup/link.js';
import type { Port } from './training/client.js';

function startWorker(): Port {
  return new Worker(new URL('./training/worker.ts', import.meta.url), { type: 'module' }) as unknown as Port;
}

/** Where the browser has no locks, which is so without https, two tabs may lose each other a line. */
const aloneInBrowser: Alone = async (task) => {
  if (navigator.locks === undefined) await task();
  else await navigator.locks.request('spheregrad-playground', task);
};

const read = fromLink(location.hash);
const { setup } = read;
// What stands in the way of storage is said as soon as there is a page to say it.
const ownText = setup.ownText && (await new Shelf(new Store(() => {})).textOf(setup.ownText));
const app = new App({ setup, ownText }, startWorker);
const shelf = new Shelf(new Store((sentence) => app.say(sentence)), aloneInBrowser);
const keeper = new Keeper(app, shelf, new Holds(navigator.locks));
transport(document.querySelector('#transport') as HTMLElement, app);
tour(document.querySelector('#tour-place') as HTMLElement);
stage(document.querySelector('main') as HTMLElement, app, panelsOf(keeper));
keepAddress(app, read, (followed) => void keeper.begin(followed));
watchAway(app);
await keeper.offer();
