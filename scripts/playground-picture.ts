// Writes docs/playground.png, the picture of the playground in the documents: `npm run playground:picture`.
import { chromium } from 'playwright-core';
import { findChromium, SOFTWARE_GPU } from './browser/chromium.js';
import { serve } from './browser/site.js';

/** Enough for nGPT to be ahead in sight. */
const STEPS = 300;
const FILE = 'docs/playground.png';

const browser = await chromium.launch({
  executablePath: findChromium(process.env.CHROMIUM),
  args: SOFTWARE_GPU,
});
const site = await serve({ '/': 'out/web' });
try {
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 }, colorScheme: 'light' });
  await page.goto(`${site.url}#v=1&steps=${STEPS}&eval=25`);
  await page.click('#train');
  const pause = page.locator('#train', { hasText: 'Pause' });
  await pause.waitFor();
  await pause.waitFor({ state: 'detached', timeout: 600_000 });
  // Panels draw a moment later.
  await page.waitForTimeout(2000);
  await page.screenshot({ path: FILE });
  console.log(`${FILE} is written.`);
} finally {
  await browser.close();
  await site.close();
}
