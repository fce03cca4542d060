/** `npm run bench:threads`: what threads are worth, and what they could be on this machine. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { PRESETS } from '../../src/training/settings/presets.js';
import { thisMachine } from '../peers/report.js';
import { type Round, reportOf } from './report.js';

interface Options {
  preset: keyof typeof PRESETS;
  batchSize?: number;
  threads: number;
  steps: number;
  rounds: number;
  node: string;
}

const RUN = fileURLToPath(new URL('run.ts', import.meta.url));

type Whole = Required<Options>;

/** Milliseconds a step of each of some runs side by side, in processes of their own. */
async function runsAtOnce(count: number, threads: number, options: Whole): Promise<number[]> {
  const { preset, batchSize, steps } = options;
  const args = ['--import', 'tsx', RUN, preset, ...[threads, steps, batchSize].map(String)];
  const one = async () => Number((await promisify(execFile)(options.node, args)).stdout);
  return Promise.all(Array.from({ length: count }, one));
}

async function main(asked: Options): Promise<void> {
  const options = { ...asked, batchSize: asked.batchSize ?? PRESETS[asked.preset].batchSize };
  const { threads } = options;
  const { cpu, cores } = thisMachine(process.versions.node);
  console.log(
    `${cpu}, ${cores} cores, ${options.node}; ${options.preset}, medians of ${options.rounds}, all in turn`,
  );
  const rounds: Round[] = [];
  const ofOne = { ...options, batchSize: Math.ceil(options.batchSize / threads) };
  for (let i = 0; i < options.rounds; i++) {
    const [alone] = await runsAtOnce(1, 1, options);
    const apart = await runsAtOnce(threads, 1, options);
    const [share] = await runsAtOnce(1, 1, ofOne);
    const [together] = await runsAtOnce(1, threads, options);
    rounds.push({ alone, apart, share, together });
  }
  for (const line of reportOf(rounds, threads)) console.log(line);
}

function whole(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Wants a whole number above 0.');
  return Number(text);
}

const program = new Command('bench:threads')
  .description(
    'Trains on one thread, on several, and, for comparison, in as many processes at once that have nothing to do with each ' +
      'other: as much as several cores of this machine can do. It runs dist/, which npm run build makes.',
  )
  .addOption(new Option('--preset <name>', 'what to train').choices(Object.keys(PRESETS)).default('nano-cpu'))
  .option('--batch-size <count>', "blocks in a batch (default: the preset's)", whole)
  .option('--threads <count>', 'how many', whole, 2)
  .option('--steps <count>', 'measured in each run', whole, 60)
  .option('--rounds <count>', 'of each', whole, 5)
  .option('--node <path>', 'a Node to run them with', process.execPath)
  .parse();
await main(program.opts<Options>());
