/** `npm run bench:startup`: how long it takes from the start of a process to the end of its first training step. */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { thisMachine } from '../peers/report.js';
import { type Start, startCommand, startLibrary } from './processes.js';
import { type Result, resultOf } from './stages.js';

interface Options {
  rounds: number;
  node: string[];
  out: string;
}

interface Subject {
  readonly name: string;
  start(): Promise<Start>;
}

function subjectsOf(node: string): Subject[] {
  return [
    { name: "library, init('wasm')", start: () => startLibrary(node, false) },
    { name: 'library, allowFastSimd()', start: () => startLibrary(node, true) },
    { name: 'ngpt train', start: () => startCommand(node, []) },
    { name: 'ngpt train --eval-iters 1', start: () => startCommand(node, ['--eval-iters', '1']) },
  ];
}

async function main({ rounds, node: nodes, out }: Options): Promise<void> {
  const machine = thisMachine(process.versions.node);
  console.log(`${machine.cpu}, ${machine.cores} cores; medians of ${rounds} rounds, all in turn\n`);
  const subjects = nodes.flatMap((node) => subjectsOf(node).map((subject) => ({ ...subject, node })));
  const starts = subjects.map((): Start[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, subject] of subjects.entries()) starts[i].push(await subject.start());
  }
  const results = subjects.map(({ name, node }, i) => ({ name, node, ...resultOf(starts[i]) }));
  for (const node of nodes) {
    console.log(versionOf(node));
    for (const result of results.filter((other) => other.node === node)) console.log(row(result));
  }
  await mkdir(dirname(out), { recursive: true });
  const report = { date: new Date().toISOString(), machine, rounds, results };
  await writeFile(out, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nWritten to ${out}`);
}

function versionOf(node: string): string {
  return `Node ${execFileSync(node, ['--print', 'process.versions.node'], { encoding: 'utf8' }).trim()}`;
}

function row({ name, mode, stages, total, cpu }: Result & { name: string }): string {
  const parts = Object.entries(stages).map(([stage, ms]) => `${stage} ${ms.toFixed(0)}`);
  return `  ${`${name} (${mode})`.padEnd(42)}${total.toFixed(0).padStart(6)} ms = ${parts.join(' + ')}${cpu === null ? '' : `; ${cpu.toFixed(0)} ms of processor time`}`;
}

function whole(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Wants a whole number above 0.');
  return Number(text);
}

const program = new Command('bench:startup')
  .description(
    'Starts programs that use the library, and ngpt train, and tells how long each stage takes up to the end of the first training step of nano-cpu. It runs dist/, which npm run build makes.',
  )
  .option('--rounds <count>', 'how often each of them', whole, 7)
  .option('--node <paths...>', 'which Node runs them', [process.execPath])
  .option('--out <file>', 'where to write the JSON', 'bench/results/startup.json')
  .parse();
await main(program.opts<Options>());
