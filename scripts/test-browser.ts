// Runs test/browser in Chromium: `npm run test:browser -- [--chromium PATH] [vitest filters]`.
import { Command } from 'commander';
import { startVitest } from 'vitest/node';
import { findChromium } from './browser/chromium.js';

const program = new Command('test:browser')
  .description('Tests the gpu backend on WebGPU and WebGL2 in Chromium.')
  .option('--chromium <path>', 'which Chromium; found by itself by default')
  .option('-t, --name <pattern>', 'only tests with such names')
  .parse();
const { chromium, name } = program.opts<{ chromium?: string; name?: string }>();

try {
  process.env.CHROMIUM = findChromium(chromium);
  await startVitest('test', [], {
    config: 'vitest.browser.config.ts',
    watch: false,
    ...(name === undefined ? {} : { testNamePattern: name }),
  });
} catch (error) {
  console.error(`test:browser: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
