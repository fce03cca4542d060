/** `npm run profile`: where the time of a training step goes, kernel by kernel, and around the kernels part by part. */
import { cpus } from 'node:os';
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { init } from '../../src/index.js';
import { trainStep } from '../../src/training/loop/train-step.js';
import { newTraining } from '../../src/training/loop/training-state.js';
import { allowFastSimd } from '../../src/training/node/index.js';
import { fitMemory } from '../../src/training/settings/fit-memory.js';
import { modelConfigFor, PRESETS, trainSettings } from '../../src/training/settings/settings.js';
import { timeParts } from './parts.js';
import { type Entry, Profiler } from './profiler.js';
import { Spans } from './spans.js';
import { WORK } from './work.js';

interface Options {
  preset: keyof typeof PRESETS;
  arch: 'ngpt' | 'gpt';
  batchSize?: string;
  steps: string;
  byShape?: boolean;
}

const CHARACTERS = 65;
const WORDS = 50_257;
/** Compilers and caches settle in this time, of kernels as of JavaScript, and in no fewer steps. */
const WARM_UP = { milliseconds: 3000, steps: 3 };

async function main(options: Options): Promise<void> {
  allowFastSimd();
  const backend = await init('wasm');
  const { arch, preset } = options;
  const given = options.batchSize === undefined ? {} : { batchSize: Number(options.batchSize) };
  const asked = trainSettings({ arch, threads: 1, ...given }, preset);
  const vocabSize = asked.tokenizer === 'gpt2' ? WORDS : CHARACTERS;
  const config = modelConfigFor(asked, vocabSize);
  const settings = fitMemory(asked, config);
  const tokens = Int32Array.from({ length: 100_000 }, (_, i) => (i * 7919) % vocabSize);
  const state = newTraining(config, settings, tokens);
  const step = () => trainStep(state, settings, () => 1e-3, null);
  const spans = new Spans();
  const profiler = new Profiler(backend, spans);
  timeParts(state, backend, spans);
  await warmUp(step);
  profiler.reset();
  spans.reset();
  const steps = Number(options.steps);
  const { milliseconds, busyMs, garbageMs } = await measure(step, steps);

  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}, wasm ${backend.mode}`,
  );
  const stepMs = milliseconds - profiler.own / steps;
  console.log(
    `${arch} ${preset}: ${settings.batchSize}×${settings.blockSize} tokens in ${settings.gradAccumulation} part(s), ` +
      `${stepMs.toFixed(1)} ms a step, mean of ${steps} (${busyMs.toFixed(1)} ms of processor time, all threads)\n`,
  );
  const kernelMs = printKernels(profiler.total(options.byShape ?? false), stepMs, steps);
  printParts(spans, stepMs, steps, kernelMs);
  console.log(
    `\nNot counted above: ${(profiler.own / steps).toFixed(2)} ms a step for the notes of this profile.`,
  );
  console.log(`Counted where it fell: ${garbageMs.toFixed(2)} ms a step of collecting garbage.`);
}

async function warmUp(step: () => Promise<number>): Promise<void> {
  const start = performance.now();
  for (let i = 0; i < WARM_UP.steps || performance.now() - start < WARM_UP.milliseconds; i++) await step();
}

interface Measured {
  readonly milliseconds: number;
  /** Of all threads, so more than `milliseconds` where V8 compiles beside, and less where others use the processor. */
  readonly busyMs: number;
  readonly garbageMs: number;
}

/** Means over `steps` steps. */
async function measure(step: () => Promise<number>, steps: number): Promise<Measured> {
  let garbageMs = 0;
  const collections = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) garbageMs += duration;
  });
  collections.observe({ entryTypes: ['gc'] });
  const busy = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < steps; i++) await step();
  const milliseconds = (performance.now() - start) / steps;
  const { user, system } = process.cpuUsage(busy);
  // The observer is told only when the event loop turns, and once more until it tells.
  await wait(50);
  collections.disconnect();
  return { milliseconds, busyMs: (user + system) / 1000 / steps, garbageMs: garbageMs / steps };
}

/** Returns the milliseconds a step that they take together. */
function printKernels(entries: readonly Entry[], stepMs: number, steps: number): number {
  console.log('  share   ms/step   calls        speed   kernel');
  let total = 0;
  for (const { kernel, shapes, calls, milliseconds, work } of entries) {
    const ms = milliseconds / steps;
    total += ms;
    const unit = WORK[kernel] === 'bytes' ? 'GB/s' : 'GFLOP/s';
    const speed = `${(work / milliseconds / 1e6).toFixed(1)} ${unit}`;
    console.log(
      `${row(ms, stepMs)}${String(calls / steps).padStart(8)}${speed.padStart(15)}   ${kernel} ${shapes}`,
    );
  }
  return total;
}

/** What is around the kernels. */
function printParts(spans: Spans, stepMs: number, steps: number, kernelMs: number): void {
  const aroundMs = stepMs - kernelMs;
  console.log(`\n${row(aroundMs, stepMs)}   around the kernels, in JavaScript:`);
  let rest = aroundMs;
  for (const [name, milliseconds] of spans.total()) {
    rest -= milliseconds / steps;
    console.log(`${row(milliseconds / steps, stepMs)}     ${name}`);
  }
  console.log(`${row(rest, stepMs)}     the rest: promises, scopes, the loop`);
}

function row(ms: number, stepMs: number): string {
  return `${((100 * ms) / stepMs).toFixed(1).padStart(5)} %${ms.toFixed(2).padStart(10)}`;
}

const program = new Command('profile')
  .description(
    'Trains for some steps on one thread of the wasm backend, and tells the time of every kernel and of what is around them.',
  )
  .addOption(new Option('--preset <name>', 'what to train').choices(Object.keys(PRESETS)).default('nano-cpu'))
  .addOption(new Option('--arch <name>', 'which model').choices(['ngpt', 'gpt']).default('ngpt'))
  .option('--batch-size <count>', 'blocks in a batch, where the preset has too many')
  .option('--steps <count>', 'how many', '20')
  .option('--by-shape', 'a line for all calls with the same shapes')
  .parse();
await main(program.opts<Options>());
