/** `npm run bench:memory`: trains for 5,000 small steps and shows that memory stays flat. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Command, Option } from 'commander';
import { type Architecture, currentBackend } from '../src/index.js';
import { openRun, type Run } from '../src/training/node/index.js';

interface Options {
  arch: Architecture[];
  steps: string;
  every: string;
}

/** Memory after a step; sizes in bytes. */
interface Sample {
  readonly step: number;
  readonly buffers: number;
  readonly bufferBytes: number;
  readonly reservedBytes: number;
  readonly heap: number;
  readonly rss: number;
}

const MEBIBYTE = 2 ** 20;
const WASM_PAGE = 65_536;
/** The engine and its compiler settle in the first samples. */
const SETTLED = 0.2;
/** What counts as flat for the process as a whole: caches and compiled code move it by a little. */
const FLAT_RSS = 16 * MEBIBYTE;
const FLAT_HEAP = 4 * MEBIBYTE;

// Garbage that waits to be collected is no leak.
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

async function measure(arch: Architecture, steps: number, every: number): Promise<Sample[]> {
  const outDir = await mkdtemp(join(tmpdir(), 'spheregrad-memory-'));
  const run = await openRun({
    outDir,
    settings: {
      ...{ arch, nLayer: 2, nHead: 2, nEmbd: 32, blockSize: 32, batchSize: 8 },
      // Every evaluation saves a checkpoint, which is a part of what is measured.
      ...{ maxIters: steps, evalInterval: every, evalIters: 2 },
    },
  });
  try {
    return await follow(run, every);
  } finally {
    await run.close();
    await rm(outDir, { recursive: true });
  }
}

async function follow(run: Run, every: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  console.log(
    `\n${run.settings.arch}: ${run.state.model.parameterCount()} parameters, ${currentBackend().mode}`,
  );
  console.log('    step   buffers   in them (KiB)   wasm pages   reserved (MiB)   heap (MiB)   RSS (MiB)');
  for await (const event of run.events()) {
    if (event.event !== 'step' || (event.step !== 1 && event.step % every !== 0)) continue;
    const sample = takeSample(event.step);
    samples.push(sample);
    print(sample);
  }
  return samples;
}

function takeSample(step: number): Sample {
  collectGarbage();
  const { buffers, bytes: bufferBytes, reservedBytes } = currentBackend().memory();
  const { heapUsed: heap, rss } = process.memoryUsage();
  return { step, buffers, bufferBytes, reservedBytes, heap, rss };
}

function print({ step, buffers, bufferBytes, reservedBytes, heap, rss }: Sample): void {
  const cells: [text: string, width: number][] = [
    [String(step), 8],
    [String(buffers), 10],
    [(bufferBytes / 1024).toFixed(1), 16],
    [String(reservedBytes / WASM_PAGE), 13],
    [(reservedBytes / MEBIBYTE).toFixed(1), 17],
    [(heap / MEBIBYTE).toFixed(1), 13],
    [(rss / MEBIBYTE).toFixed(1), 12],
  ];
  console.log(cells.map(([text, width]) => text.padStart(width)).join(''));
}

/** What grew, in words; empty if nothing did. */
function growth(samples: readonly Sample[]): string[] {
  const [first, last] = [samples[0], samples[samples.length - 1]];
  const settled = samples.find(({ step }) => step >= SETTLED * last.step) ?? first;
  const largest = (of: (sample: Sample) => number) => Math.max(...samples.map(of));
  const grown: string[] = [];
  if (largest((sample) => sample.buffers) > first.buffers) grown.push('live buffers');
  if (largest((sample) => sample.bufferBytes) > first.bufferBytes) grown.push('bytes in buffers');
  // Evaluation and sampling have shapes of their own, met for the first time before the second sample.
  if (last.reservedBytes > samples[1].reservedBytes) grown.push('wasm memory');
  if (last.heap > settled.heap + FLAT_HEAP) grown.push('heap');
  if (last.rss > settled.rss + FLAT_RSS) grown.push('RSS');
  return grown;
}

async function main({ arch, steps, every }: Options): Promise<void> {
  for (const architecture of arch) {
    const grown = growth(await measure(architecture, Number(steps), Number(every)));
    const verdict = grown.length === 0 ? 'memory is flat' : `NOT FLAT: ${grown.join(', ')} grew`;
    console.log(`${architecture}: ${verdict} over ${steps} steps`);
    if (grown.length > 0) process.exitCode = 1;
  }
}

const ARCHITECTURES = ['ngpt', 'gpt'] as const;
const program = new Command('bench:memory')
  .description('Trains small models and prints live buffers, wasm pages and RSS on the way.')
  .addOption(
    new Option('--arch <names...>', 'which models').choices(ARCHITECTURES).default([...ARCHITECTURES]),
  )
  .option('--steps <count>', 'how long', '5000')
  .option('--every <steps>', 'how often to look', '500')
  .parse();
await main(program.opts<Options>());
