/** `npm run bench:context`: what a token costs in blocks of 64 to 4,096. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { init } from '../../src/index.js';
import { allowFastSimd } from '../../src/training/node/index.js';
import { writeCurves } from '../peers/chart.js';
import { thisMachine } from '../peers/report.js';
import { type Measured, measureContext, type Plan } from './measure.js';
import { contextCurves, formatRow, HEADER, rowsOf } from './report.js';

const BLOCK_SIZES = [64, 128, 256, 512, 1024, 2048, 4096] as const;
const TOKENS = 4096;

interface Options {
  nLayer: number;
  steps: number;
  out: string;
  svg: string;
}

async function main({ nLayer, steps, out, svg }: Options): Promise<void> {
  allowFastSimd();
  const { mode } = await init('wasm');
  const machine = thisMachine(process.versions.node);
  console.log(`${machine.cpu}, Node ${machine.node}, wasm ${mode}, one thread; ${TOKENS} tokens a step\n`);
  const plan: Plan = { nLayer, nHead: 4, nEmbd: 128, tokens: TOKENS, steps };
  const measured: Measured[] = [];
  for (const blockSize of BLOCK_SIZES) measured.push(await measureContext(blockSize, plan));
  const rows = rowsOf(measured);
  console.log(HEADER);
  for (const row of rows) console.log(formatRow(row, plan));
  await mkdir(dirname(out), { recursive: true });
  await writeFile(
    out,
    `${JSON.stringify({ date: new Date().toISOString(), machine, mode, plan, rows }, null, 2)}\n`,
  );
  console.log(`\nWritten to ${out}`);
  console.log(await writeCurves(contextCurves(rows, plan, machine), svg));
}

function whole(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Wants a whole number above 0.');
  return Number(text);
}

const program = new Command('bench:context')
  .description(
    'Trains a model of n_embd 128 on blocks of 64 to 4,096 tokens, as many tokens in each step, and tells what a token costs: time, that of attention and of the rest, and memory beyond parameters and moments.',
  )
  .option('--n-layer <count>', 'layers of the model', whole, 4)
  .option('--steps <count>', 'of which the medians are taken', whole, 5)
  .option('--out <file>', 'where to write the JSON', 'bench/results/context.json')
  .option('--svg <file>', 'where to draw the curves', 'bench/results/context.svg')
  .parse();
await main(program.opts<Options>());
