/** `npm run bench:peers`: what others take for the same work, in one run and in turn. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { DisagreementError } from './agreement.js';
import { INSTALL, isInstalled, peersChart, writeChart } from './chart.js';
import { CONTENDERS, FAMILIES, type Family } from './contenders.js';
import { findPython } from './find-python.js';
import { CASES, GROUPS, type Group, groupOf } from './protocol.js';
import { formatReport, type Report, thisMachine } from './report.js';
import { compare } from './run.js';
import { summarise } from './statistics.js';
import { writeWorkload } from './workload.js';

interface Options {
  only: Group[];
  contenders: Family[];
  rounds: number;
  json?: true;
  node: string;
  out: string;
  svg: string;
  draw?: string;
}

/** What needs the packages of this folder. */
const BUILT_IN: readonly Family[] = ['ours', 'pytorch'];

async function main(options: Options): Promise<void> {
  if (options.draw !== undefined) {
    console.log(await writeChart(peersChart(await readReport(options.draw)), options.svg));
    return;
  }
  if (options.contenders.some((family) => !BUILT_IN.includes(family)) && !isInstalled()) {
    fail(`the other libraries are not installed: ${INSTALL}, or --contenders ${BUILT_IN.join(',')}`);
  }
  if (options.contenders.includes('ours') && !existsSync('dist/index.js')) {
    fail('there is no dist to measure: npm run build');
  }
  const report = await measure(options);
  await writeFile(options.out, `${JSON.stringify(report, null, 2)}\n`);
  if (options.json) console.log(JSON.stringify(report));
  else console.log(`\n${formatReport(report)}\n`);
  console.error(`Written to ${options.out}`);
  console.error(await writeChart(peersChart(report), options.svg));
}

async function measure({ only, contenders, rounds, node }: Options): Promise<Report> {
  const chosen = CONTENDERS.filter(({ family }) => contenders.includes(family));
  const cases = CASES.filter((name) => only.includes(groupOf(name)));
  const machine = thisMachine(nodeVersion(node));
  const python = contenders.includes('pytorch') ? findPython() : null;
  const workload = await writeWorkload();
  try {
    const programs = { node, python, workload: workload.folder };
    const tell = (line: string) => console.error(line);
    const { labels, series, absences } = await compare({ contenders: chosen, cases, rounds, programs, tell });
    const results = summarise(series);
    return {
      date: new Date().toISOString(),
      machine,
      rounds,
      labels: Object.fromEntries(labels),
      results,
      absences,
    };
  } finally {
    await workload.remove();
  }
}

function nodeVersion(node: string): string {
  try {
    return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().replace(/^v/, '');
  } catch {
    return fail(`${node} is no Node that runs; --node takes the path of one`);
  }
}

async function readReport(path: string): Promise<Report> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return fail(`${path} is no JSON file of results; npm run bench:peers writes one`);
  }
}

function fail(message: string): never {
  console.error(`error: ${message}`);
  process.exit(2);
}

function list<T extends string>(known: readonly T[]) {
  return (text: string): T[] =>
    text.split(',').map((name) => {
      const found = known.find((each) => each === name);
      if (found === undefined) throw new InvalidArgumentError(`There are ${known.join(', ')}.`);
      return found;
    });
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Wants a whole number above zero.');
}

const program = new Command('bench:peers')
  .description(
    'Measures the same work in SphereGrad and in others, each in a process of its own, one sample at a time.',
  )
  .addOption(
    new Option('--only <groups>', GROUPS.join(',')).argParser(list(GROUPS)).default([...GROUPS], 'all'),
  )
  .addOption(
    new Option('--contenders <names>', FAMILIES.join(','))
      .argParser(list(FAMILIES))
      .default([...FAMILIES], 'all'),
  )
  .addOption(new Option('--rounds <count>', 'samples of each').argParser(count).default(15))
  .option('--json', 'print the results as JSON')
  .option('--node <path>', 'a Node to run the contenders with', process.execPath)
  .option('--out <file>', 'where to write the JSON', 'bench/peers/results.json')
  .option('--svg <file>', 'where to draw the chart', 'bench/peers/results.svg')
  .option('--draw <file>', 'measure nothing: draw the chart of results written before')
  .parse();
await main(program.opts<Options>()).catch((error) => {
  if (!(error instanceof DisagreementError)) throw error;
  fail(error.message);
});
