import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'chrome.exe',
];
const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** WebGPU and WebGL2 on a software adapter where there is no GPU; the sandbox does not work in most containers. */
export const SOFTWARE_GPU = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-unsafe-swiftshader',
  '--no-sandbox',
];

/** The path given, or a Chromium on the PATH, installed as an application or by Playwright. @throws Error with what to do. */
export function findChromium(given?: string): string {
  if (given !== undefined) {
    if (existsSync(given)) return given;
    throw new Error(`there is no Chromium at ${given}`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [...onPath, ...APPLICATIONS, chromium.executablePath()].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    'found no Chromium; install one with `apt-get install chromium` or `npx playwright-core install chromium`, ' +
      'or say where it is: npm run test:browser -- --chromium PATH',
  );
}
