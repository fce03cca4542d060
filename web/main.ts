/** The playground: GPT and nGPT learn side by side in this page. */
import { App } from './app.js';
import { PANELS } from './panels/index.js';
import { stage } from './panels/stage.js';
import { transport } from './panels/transport.js';
import { fromLink } from './setup/link.js';
import type { Port } from './training/client.js';

function startWorker(): Port {
  return new Worker(new URL('./training/worker.ts', import.meta.url), { type: 'module' }) as unknown as Port;
}

const { setup } = fromLink(location.hash);
const app = new App({ setup, ownText: null }, startWorker);
transport(document.querySelector('#transport') as HTMLElement, app);
stage(document.querySelector('main') as HTMLElement, app, PANELS);
