// Measures the playground in Chromium: `npm run bench:playground -- [--minutes N] [--seconds N] [--chromium PATH]`.
import { Command } from 'commander';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import type { Architecture } from '../src/ngpt/index.js';
import { mobyDick } from '../src/training/data/node/moby-dick.js';
import { DEFAULT_SETUP } from '../web/setup/options.js';
import { ownTextOf } from '../web/setup/own-text.js';
import { ARCHITECTURES } from '../web/setup/train-settings.js';
import { openSession } from '../web/training/session.js';
import { findChromium } from './browser/chromium.js';
import { serve } from './browser/site.js';

const program = new Command('bench:playground')
  .description(
    'Time to the first loss, speed against Node, drawing, long tasks and memory of the playground.',
  )
  .option('--seconds <number>', 'how long each part of the comparison takes', Number, 8)
  .option('--rounds <number>', 'page and Node take turns so often; medians count', Number, 3)
  .option('--minutes <number>', 'train so long, for memory at the start and at the end', Number, 0)
  .option('--chromium <path>', 'which Chromium; found by itself by default')
  .parse();
const options = program.opts<{ seconds: number; rounds: number; minutes: number; chromium?: string }>();

type Speeds = Record<Architecture, number>;

/** Steps that the page says both have made. */
async function stepsShown(page: Page): Promise<Speeds> {
  const text = await page.innerText('#states');
  const [ngpt = 0, gpt = 0] = [...text.matchAll(/step ([\d,]+)/g)].map(([, step]) =>
    Number(step.replaceAll(',', '')),
  );
  return { ngpt, gpt };
}

/** Milliseconds from the press to the first loss, by the clock of the page. */
function timeToFirstLoss(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const place = document.querySelector('#states') as HTMLElement;
        const started = performance.now();
        new MutationObserver((_, observer) => {
          if (!/step [1-9]/.test(place.innerText)) return;
          observer.disconnect();
          resolve(performance.now() - started);
        }).observe(place, { childList: true, characterData: true, subtree: true });
        (document.querySelector('#train') as HTMLElement).click();
      }),
  );
}

/** Seconds that the main thread has been busy. */
async function busySeconds(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
}

interface PagePart {
  readonly speeds: Speeds;
  readonly busyShare: number;
}

async function measurePage(page: Page, devtools: CDPSession, seconds: number): Promise<PagePart> {
  const [before, busyBefore, started] = [
    await stepsShown(page),
    await busySeconds(devtools),
    performance.now(),
  ];
  await page.waitForTimeout(1000 * seconds);
  const took = (performance.now() - started) / 1000;
  const [after, busyAfter] = [await stepsShown(page), await busySeconds(devtools)];
  const speeds = { ngpt: (after.ngpt - before.ngpt) / took, gpt: (after.gpt - before.gpt) / took };
  return { speeds, busyShare: (busyAfter - busyBefore) / took };
}

/** As much of the book as the page has; Node cannot import it as the page does. */
const TEXT = mobyDick().slice(30_000, 290_000);
const SETUP = { ...DEFAULT_SETUP, data: 'own', ownText: ownTextOf(TEXT) } as const;

/** Steps a second, with the same tests in between as in the page. */
async function measureNode(arch: Architecture, seconds: number): Promise<{ speed: number; mode: string }> {
  const session = await openSession({ setup: SETUP, arch, ownText: TEXT, checkpoint: null });
  await session.step();
  const started = performance.now();
  const first = session.state.step;
  while (performance.now() - started < 1000 * seconds) {
    if (session.state.step % DEFAULT_SETUP.evalInterval === 0) await session.evaluate();
    await session.step();
  }
  const speed = (1000 * (session.state.step - first)) / (performance.now() - started);
  session.dispose();
  return { speed, mode: session.facts.mode };
}

/** Bytes of the page and its workers. */
function memory(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { measureUserAgentSpecificMemory } = performance as unknown as {
      measureUserAgentSpecificMemory(): Promise<{ bytes: number }>;
    };
    return (await measureUserAgentSpecificMemory.call(performance)).bytes;
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const site = await serve({ '/': 'out/web' });
const browser = await chromium.launch({
  executablePath: findChromium(options.chromium),
  args: ['--no-sandbox'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  await page.addInitScript(() => {
    const long: number[] = [];
    Object.assign(globalThis, { long });
    new PerformanceObserver((list) =>
      long.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({
      type: 'longtask',
    });
  });
  const longTasks = () => page.evaluate(() => (globalThis as unknown as { long: number[] }).long.splice(0));
  await page.goto(`${site.url}#v=1&steps=1000000`);
  await page.waitForFunction(() =>
    /GPT: step 0.*GPT: step 0/.test(document.querySelector('#states')?.textContent ?? ''),
  );
  console.log(
    `long tasks of loading: ${(await longTasks()).map((ms) => ms.toFixed(0)).join(', ') || 'none'} ms`,
  );
  console.log(`from the press to the first loss: ${(await timeToFirstLoss(page)).toFixed(0)} ms`);
  await page.waitForTimeout(2000);

  const parts: PagePart[] = [];
  const node: Record<Architecture, number[]> = { ngpt: [], gpt: [] };
  let mode = '';
  const long: number[] = [];
  for (let round = 0; round < options.rounds; round++) {
    parts.push(await measurePage(page, devtools, options.seconds));
    long.push(...(await longTasks()));
    await page.click('#train');
    for (const arch of ARCHITECTURES) {
      const measured = await measureNode(arch, options.seconds);
      node[arch].push(measured.speed);
      mode = measured.mode;
    }
    await page.click('#train');
    await page.waitForTimeout(1000);
    await longTasks();
  }
  console.log(`the page: ${await page.innerText('#states')}; Node: ${mode}, one thread`);
  for (const arch of ARCHITECTURES) {
    const [inPage, inNode] = [median(parts.map(({ speeds }) => speeds[arch])), median(node[arch])];
    const share = Math.round((100 * inPage) / inNode);
    console.log(
      `${arch}: ${inPage.toFixed(1)} steps a second in the page, ${inNode.toFixed(1)} in Node: ${share} %`,
    );
  }
  console.log(
    `the main thread is busy ${(100 * median(parts.map(({ busyShare }) => busyShare))).toFixed(1)} % of the time`,
  );
  console.log(
    `long tasks in ${options.rounds * options.seconds} s of training: ${long.map((ms) => ms.toFixed(0)).join(', ') || 'none'} ms`,
  );

  if (options.minutes > 0) {
    const before = await memory(page);
    await page.waitForTimeout(60_000 * options.minutes);
    const after = await memory(page);
    const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
    const { ngpt, gpt } = await stepsShown(page);
    console.log(`memory: ${megabytes(before)} MB, after ${options.minutes} minutes ${megabytes(after)} MB`);
    console.log(`steps by then: nGPT ${ngpt}, GPT ${gpt}`);
  }
} finally {
  await browser.close();
  await site.close();
}
