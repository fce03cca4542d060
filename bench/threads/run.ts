/** Trains for a while, and prints how long a step takes at the median: `run.ts PRESET THREADS STEPS BATCH_SIZE`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Training = typeof import('../../src/training/node/index.js');

const [preset, threads, steps, batchSize] = process.argv.slice(2);
const dist = new URL('../../dist/training/node/index.js', import.meta.url).href;
const { openRun }: Training = await import(dist).catch((cause) => {
  throw new Error('dist cannot be loaded; npm run build makes it', { cause });
});
/** Compilers are at work in the first. */
const WARM_UP = Math.ceil(Number(steps) / 3);

const outDir = await mkdtemp(join(tmpdir(), 'spheregrad-threads-'));
const maxIters = WARM_UP + Number(steps);
const settings = {
  ...{ threads: Number(threads), maxIters, evalIters: 1, evalInterval: maxIters },
  batchSize: Number(batchSize),
};
const run = await openRun({ preset, outDir, settings });
const times: number[] = [];
for await (const event of run.events()) {
  if (event.event === 'step' && event.step > WARM_UP) times.push(event.msPerStep);
}
await run.close();
await rm(outDir, { recursive: true });
times.sort((a, b) => a - b);
console.log(times[Math.floor(times.length / 2)]);
