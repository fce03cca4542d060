/** `npm run bench`: prints what the backends do on this machine and writes it as JSON. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus } from 'node:os';
import { dirname } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Backend, createBackend, modelConfig } from '../src/index.js';
import { measuredRates } from '../src/tensor/backends/wasm/runtime/is-wide-faster.js';
import { mayTryWide } from '../src/tensor/backends/wasm/runtime/try-wide.js';
import { allowFastSimd } from '../src/training/node/index.js';
import { PRESETS } from '../src/training/settings/settings.js';
import { type Case, fusedCases, matmulCase, overheadCases, samplingCase, trainingStepCase } from './cases.js';
import { formatRate, type Measurement, measure } from './measure.js';

const GROUPS = ['matmul', 'fused', 'overhead', 'step', 'sampling'] as const;
const BACKENDS = ['reference', 'wasm simd', 'wasm relaxed-simd', 'wasm wide'] as const;

interface Options {
  only: (typeof GROUPS)[number][];
  backend?: (typeof BACKENDS)[number][];
  time: number;
  out: string;
}

/** Those of `names` that run here; without names, all that do so as they are meant to. */
async function openBackends(names: Options['backend'] | undefined): Promise<Backend[]> {
  allowFastSimd();
  const { mode: best } = await createBackend('wasm');
  console.log(`Node ${process.versions.node}: init('wasm') takes ${best}${await reason()}\n`);
  const chosen = names ?? BACKENDS.filter((name) => name !== 'wasm wide' || best === 'wide');
  const backends: Backend[] = [];
  for (const name of chosen) {
    const [kind, mode] = name.split(' ');
    if (kind === 'reference') backends.push(await createBackend('reference'));
    else if (isMode(mode)) backends.push(await createBackend('wasm', { mode }));
  }
  return backends;
}

/** What the choice was measured by, where there was one to make. */
async function reason(): Promise<string> {
  const rates = mayTryWide() ? await measuredRates() : null;
  if (rates === null) return '';
  return `; measured at the start: relaxed-simd ${rates.relaxed.toFixed(0)} GFLOP/s, wide ${rates.wide.toFixed(0)}`;
}

function isMode(text: string | undefined): text is 'simd' | 'relaxed-simd' | 'wide' {
  return text === 'simd' || text === 'relaxed-simd' || text === 'wide';
}

const { nLayer, nHead, nEmbd, blockSize } = PRESETS['nano-cpu'];
const nanoCpu = modelConfig({ vocabSize: 65, nLayer, nHead, nEmbd, blockSize });

function cases(groups: Options['only']): Case[] {
  return [
    ...(groups.includes('matmul') ? [64, 128, 256, 512, 1024].map(matmulCase) : []),
    ...(groups.includes('fused') ? fusedCases() : []),
    ...(groups.includes('overhead') ? overheadCases() : []),
    ...(groups.includes('step')
      ? [trainingStepCase('nano-cpu', nanoCpu, PRESETS['nano-cpu'].batchSize)]
      : []),
    ...(groups.includes('sampling') ? [samplingCase('nano-cpu', nanoCpu)] : []),
  ];
}

// The plain loops would take minutes there.
function isTooSlow({ unit, work }: Case, backend: Backend): boolean {
  return backend.name === 'reference' && unit === 'FLOP' && work > 2 * 512 ** 3;
}

function milliseconds(text: string): number {
  const time = Number(text);
  if (!(time > 0 && time < Infinity)) throw new InvalidArgumentError('Wants a positive number.');
  return time;
}

function print(measurement: Measurement): void {
  const { group, name, backend, medianMs, samples, repetitions } = measurement;
  const label = `${group}  ${name}`.padEnd(44);
  console.log(
    `${label} ${backend.padEnd(20)} ${medianMs.toFixed(3).padStart(10)} ms  ${formatRate(measurement).padStart(18)}  (${samples} × ${repetitions} runs)`,
  );
}

/** How many times faster each backend is than the first, case by case. */
function printRatios(results: readonly Measurement[]): void {
  const names = [...new Set(results.map(({ group, name }) => `${group}  ${name}`))];
  for (const name of names) {
    const [first, ...others] = results.filter((result) => `${result.group}  ${result.name}` === name);
    const ratios = others.map((other) => `${other.backend} ${(other.rate / first.rate).toFixed(1)}×`);
    if (ratios.length > 0) console.log(`${name.padEnd(44)} against ${first.backend}: ${ratios.join(', ')}`);
  }
}

async function main(options: Options): Promise<void> {
  const backends = await openBackends(options.backend);
  const results: Measurement[] = [];
  // Case by case, so that the backends meet the same moods of the machine.
  for (const subject of cases(options.only)) {
    for (const backend of backends) {
      if (isTooSlow(subject, backend)) continue;
      const result = await measure(subject, backend, options.time);
      results.push(result);
      print(result);
    }
  }
  console.log('\nRatios, medians of this run:');
  printRatios(results);
  mkdirSync(dirname(options.out), { recursive: true });
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, arch: arch(), node: process.version };
  writeFileSync(
    options.out,
    `${JSON.stringify({ date: new Date().toISOString(), machine, results }, null, 2)}\n`,
  );
  console.log(`\nWritten to ${options.out}`);
}

const program = new Command('bench')
  .description(
    'Measures matmul, fused kernels, overhead per op, a training step and sampling of nano-cpu, per backend.',
  )
  .addOption(new Option('--only <groups...>', 'which groups').choices(GROUPS).default([...GROUPS]))
  .addOption(
    new Option(
      '--backend <names...>',
      'which backends (default: those that are fast here; wasm wide runs anywhere, if named)',
    ).choices(BACKENDS),
  )
  .addOption(new Option('--time <ms>', 'how long to run each case').argParser(milliseconds).default(500))
  .option('--out <file>', 'where to write the JSON', 'bench/results/latest.json')
  .parse();
await main(program.opts<Options>());
