/** `npm run profile`: where the time of a training step goes, kernel by kernel. */
import { cpus } from 'node:os';
import { Command, Option } from 'commander';
import { init } from '../../src/index.js';
import { trainStep } from '../../src/training/loop/train-step.js';
import { newTraining } from '../../src/training/loop/training-state.js';
import { allowFastSimd } from '../../src/training/node/index.js';
import { fitMemory } from '../../src/training/settings/fit-memory.js';
import { modelConfigFor, PRESETS, trainSettings } from '../../src/training/settings/settings.js';
import { type Entry, Profiler } from './profiler.js';
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
/** Compilers and caches settle in these. */
const WARM_UP = 3;

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
  const profiler = new Profiler(backend);
  for (let i = 0; i < WARM_UP; i++) await step();
  profiler.reset();
  const steps = Number(options.steps);
  const start = performance.now();
  for (let i = 0; i < steps; i++) await step();
  const milliseconds = (performance.now() - start) / steps;

  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}, wasm ${backend.mode}`,
  );
  console.log(
    `${arch} ${preset}: ${settings.batchSize}×${settings.blockSize} tokens in ${settings.gradAccumulation} part(s), ` +
      `${milliseconds.toFixed(1)} ms a step, mean of ${steps}\n`,
  );
  print(profiler.total(options.byShape ?? false), milliseconds, steps);
}

function print(entries: readonly Entry[], stepMs: number, steps: number): void {
  console.log('  share   ms/step   calls        speed   kernel');
  let named = 0;
  for (const { kernel, shapes, calls, milliseconds, work } of entries) {
    const ms = milliseconds / steps;
    named += ms;
    const unit = WORK[kernel] === 'bytes' ? 'GB/s' : 'GFLOP/s';
    const speed = `${(work / milliseconds / 1e6).toFixed(1)} ${unit}`;
    console.log(
      `${row(ms, stepMs)}${String(calls / steps).padStart(8)}${speed.padStart(15)}   ${kernel} ${shapes}`,
    );
  }
  const rest = stepMs - named;
  console.log(`${row(rest, stepMs)}${''.padStart(23)}   everything else: recording, allocating, JavaScript`);
}

function row(ms: number, stepMs: number): string {
  return `${((100 * ms) / stepMs).toFixed(1).padStart(5)} %${ms.toFixed(2).padStart(10)}`;
}

const program = new Command('profile')
  .description('Trains for some steps on one thread of the wasm backend, and tells the time of every kernel.')
  .addOption(new Option('--preset <name>', 'what to train').choices(Object.keys(PRESETS)).default('nano-cpu'))
  .addOption(new Option('--arch <name>', 'which model').choices(['ngpt', 'gpt']).default('ngpt'))
  .option('--batch-size <count>', 'blocks in a batch, where the preset has too many')
  .option('--steps <count>', 'how many', '20')
  .option('--by-shape', 'a line for all calls with the same shapes')
  .parse();
await main(program.opts<Options>());
