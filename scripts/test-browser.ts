// Runs test/browser in Chromium: `npm run test:browser -- [--chromium PATH] [-t NAME]`.
import { Command } from 'commander';
import { chromium } from 'playwright-core';
import { startVitest } from 'vitest/node';
import { findChromium, SOFTWARE_GPU } from './browser/chromium.js';

const program = new Command('test:browser')
  .description('Tests the gpu backend on WebGPU and WebGL2 in Chromium.')
  .option('--chromium <path>', 'which Chromium; found by itself by default')
  .option('-t, --name <pattern>', 'only tests with such names')
  .parse();
const { chromium: given, name } = program.opts<{ chromium?: string; name?: string }>();

try {
  const executablePath = findChromium(given);
  await requireBrowser(executablePath);
  process.env.CHROMIUM = executablePath;
  const vitest = await startVitest('test', [], {
    config: 'vitest.browser.config.ts',
    watch: false,
    ...(name === undefined ? {} : { testNamePattern: name }),
  });
  const ran = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
  if (ran.every((test) => test.result().state === 'skipped'))
    throw new Error(`no test is named like ${name}`);
} catch (error) {
  console.error(`test:browser: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

/** @throws Error in one line; Playwright's own has the whole command line in it. */
async function requireBrowser(executablePath: string): Promise<void> {
  try {
    await (await chromium.launch({ executablePath, args: SOFTWARE_GPU })).close();
  } catch {
    throw new Error(`${executablePath} does not start as a browser`);
  }
}
