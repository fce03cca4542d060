/** `npm run bench:roofline`: what this machine can do at most, and how near each kernel comes to it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Command, Option } from 'commander';
import { BackendError, createBackend } from '../../src/index.js';
import type { WasmMode } from '../../src/tensor/backends/wasm/runtime/module.js';
import { allowFastSimd, canPairVectors } from '../../src/training/node/index.js';
import { writeChart } from '../peers/chart.js';
import { thisMachine } from '../peers/report.js';
import { type Roofline, rooflineChart } from './chart.js';
import { kernelNames, measureKernel, type Speed, shareOf } from './measure.js';
import { measurePeak, type Peak } from './peak.js';

/** One that is missing does not compile. */
const MODES: Readonly<Record<WasmMode, true>> = { simd: true, 'relaxed-simd': true, wide: true };

interface Options {
  mode: WasmMode[];
  out: string;
  svg: string;
}

async function main({ mode: modes, out, svg }: Options): Promise<void> {
  allowFastSimd();
  const machine = thisMachine(process.versions.node);
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, one thread`);
  const rooflines: Roofline[] = [];
  for (const mode of modes) {
    const roofline = await measureMode(mode).catch((error) => {
      if (!(error instanceof BackendError)) throw error;
      console.log(`\n${mode} is left out: ${error.message}`);
    });
    if (roofline) rooflines.push(roofline);
  }
  await mkdir(dirname(out), { recursive: true });
  await writeFile(
    out,
    `${JSON.stringify({ date: new Date().toISOString(), machine, rooflines }, null, 2)}\n`,
  );
  console.log(`\nWritten to ${out}`);
  if (rooflines.length > 0) console.log(await writeChart(rooflineChart(rooflines, machine), svg));
}

/** @throws BackendError where the mode does not run here. */
async function measureMode(mode: WasmMode): Promise<Roofline> {
  // Without pairs it is slower than the others, and nobody's choice.
  if (mode === 'wide' && !canPairVectors()) throw new BackendError('it wants Node 24 or later on x64');
  const backend = await createBackend('wasm', { mode });
  const before = await measurePeak(mode);
  const kernels: Speed[] = [];
  for (const name of kernelNames(backend)) kernels.push(await measureKernel(backend, name));
  // Somebody else may have wanted the machine at first.
  const peak = larger(before, await measurePeak(mode));
  console.log(
    `\n${mode}: at most ${peak.gflops.toFixed(1)} GFLOP/s in registers, ${peak.gbPerSecond.toFixed(1)} GB/s to memory`,
  );
  for (const speed of kernels) console.log(row(speed, peak));
  return { mode, ...peak, kernels };
}

function larger(a: Peak, b: Peak): Peak {
  return { gflops: Math.max(a.gflops, b.gflops), gbPerSecond: Math.max(a.gbPerSecond, b.gbPerSecond) };
}

function row(speed: Speed, peak: Peak): string {
  const { kernel, bound, medianMs, rate } = speed;
  const unit = bound === 'arithmetic' ? 'GFLOP/s' : 'GB/s';
  const share = `${(100 * shareOf(speed, peak)).toFixed(0)} %`;
  const cells = [`${medianMs.toFixed(2)} ms`, `${rate.toFixed(1)} ${unit}`, share];
  return `  ${kernel.padEnd(22)}${cells.map((text) => text.padStart(16)).join('')}`;
}

const NAMES = Object.keys(MODES) as WasmMode[];
const program = new Command('bench:roofline')
  .description(
    'Measures the peaks of arithmetic and memory per build, and the share of them that each kernel reaches. The chart is of the last mode, and of the matrix product in all.',
  )
  .addOption(new Option('--mode <names...>', 'which builds').choices(NAMES).default(NAMES))
  .option('--out <file>', 'where to write the JSON', 'bench/results/roofline.json')
  .option('--svg <file>', 'where to draw the chart', 'bench/results/roofline.svg')
  .parse();
await main(program.opts<Options>());
