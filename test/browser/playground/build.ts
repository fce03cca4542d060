/** Builds the playground once for all tests in browsers, as `npm run build:web` does. */
import { build } from 'vite';
import { BUILT } from './visit.js';

export async function setup(): Promise<void> {
  await build({
    ...{ configFile: 'web/node/vite.config.ts', logLevel: 'error' },
    build: { outDir: `../${BUILT}`, emptyOutDir: true },
  });
}
