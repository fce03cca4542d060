// Changes the source in small ways and asks whether the tests notice; docs/mutation.md tells how to read it:
// `node scripts/mutation.mjs [--mutate FILE|FOLDER...] [--concurrency N] [--force]`, by default all rooms.
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';

/** Source, and the tests that mirror it: those of all would take hours. A room has no part in the folders within that are rooms. */
const ROOMS = [
  ['src/autograd', 'test/autograd/*.test.ts'],
  ['src/autograd/custom-op', 'test/autograd/custom-op/*.test.ts'],
  ['src/autograd/explain', 'test/autograd/explain/*.test.ts'],
  ['src/autograd/functional', 'test/autograd/functional/*.test.ts'],
  ['src/nn/optimizers', 'test/nn/optimizers/*.test.ts'],
  [
    'src/ngpt',
    'test/ngpt/*.test.ts',
    'test/ngpt/attention/*.test.ts',
    'test/ngpt/model/*.test.ts',
    'test/ngpt/scale/*.test.ts',
  ],
  ['src/ngpt/config', 'test/ngpt/config/*.test.ts', 'test/ngpt/mistakes.test.ts'],
  ['src/ngpt/optimizer', 'test/ngpt/optimizer/*.test.ts', 'test/ngpt/mistakes.test.ts'],
  [
    'src/ngpt/sampling',
    'test/ngpt/sampling/*.test.ts',
    'test/ngpt/attention/cache.test.ts',
    'test/ngpt/mistakes.test.ts',
  ],
  // What ops record the rules read; what they refuse is with the checks.
  [
    'src/tensor/ops',
    'test/tensor/ops/**/*.test.ts',
    'test/tensor/checks/*.test.ts',
    'test/tensor/arguments.test.ts',
    'test/autograd/rules.test.ts',
  ],
  ['src/tensor/shape.ts', 'test/tensor/shape.test.ts'],
];
/** Below it the command fails. */
const LEAST = 95;
const OUT = 'out/mutation';

const { values, positionals } = parseArgs({
  options: {
    mutate: { type: 'string', multiple: true },
    concurrency: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
    force: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
  allowPositionals: true,
});
if (values.help) {
  console.log(`Usage: npm run test:mutation -- [--mutate <file, folder or file:10-20>...] [--concurrency <count>] [--force]

Breaks the code in one place after the other and asks whether the tests notice.
Fails below ${LEAST} %; reports go to ${OUT}. --force runs mutants anew that an
earlier run has tried.`);
  process.exit();
}
// A shell without quotes makes many names of one pattern, and only the first follows the option.
const asked = [...(values.mutate ?? []), ...positionals].flatMap((names) => names.split(','));
const rows = [];
for (const [source, ...tests] of ROOMS) {
  const mutate = filesOf(source).flatMap((file) => within(file, asked));
  if (mutate.length > 0) rows.push({ source, ...score(await run(source, tests, mutate)) });
}
const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
const all = { source: 'all', found: sum('found'), late: sum('late'), valid: sum('valid') };
if (all.valid === 0) throw new Error(`there are no mutants in ${asked.join(', ')}`);
for (const { source, found, late, valid } of [...rows, all]) {
  const share = `${((100 * found) / valid).toFixed(1)} %`;
  console.log(`${source.padEnd(25)} ${share}, ${found} of ${valid}, ${late} of them by running out of time`);
}
if (100 * all.found < LEAST * all.valid) process.exitCode = 1;

function filesOf(source) {
  if (source.endsWith('.ts')) return [source];
  const inner = ROOMS.map(([other]) => `${other}/`).filter(
    (other) => other.startsWith(`${source}/`) && other !== `${source}/`,
  );
  const files = readdirSync(source, { recursive: true }).map((file) => join(source, file));
  return files
    .filter((file) => file.endsWith('.ts') && !inner.some((other) => file.startsWith(other)))
    .sort();
}

/** The file, or the lines of it that were asked for (`FILE:10-20`), as a list; empty if nobody asked. */
function within(file, patterns) {
  if (patterns.length === 0) return [file];
  return patterns.flatMap((pattern) => {
    const [path, lines] = pattern.split(/:(?=\d)/);
    const folder = path.replace(/\/\*.*$|\/$/, '');
    if (file === path) return [lines === undefined ? file : `${file}:${lines}`];
    return file.startsWith(`${folder}/`) ? [file] : [];
  });
}

async function run(source, tests, mutate) {
  const report = `${OUT}/${source.replaceAll('/', '-').replace('.ts', '')}`;
  process.env.MUTATION_TESTS = tests.join(',');
  return new Stryker({
    mutate,
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutation.config.ts', related: false },
    coverageAnalysis: 'perTest',
    // A mutant of what runs once, when a module loads, would need all tests from a fresh start.
    ignoreStatic: true,
    concurrency: Number(values.concurrency),
    incremental: true,
    incrementalFile: `${report}.incremental.json`,
    force: values.force,
    // It would rewrite the paths in tsconfig.json, which nothing reads there.
    tsconfigFile: 'none.json',
    disableTypeChecks: false,
    tempDirName: `${OUT}/sandbox`,
    ignorePatterns: ['out', 'dist', 'bench', 'web', 'learn', 'examples', 'docs'],
    timeoutMS: 20_000,
    reporters: ['clear-text', 'json', 'html', process.stdout.isTTY ? 'progress' : 'progress-append-only'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
    jsonReporter: { fileName: `${report}.json` },
    htmlReporter: { fileName: `${report}.html` },
  }).runMutationTest();
}

/** What the tests found, and of how many; what only static code runs does not count. */
function score(results) {
  const count = (...states) => results.filter(({ status }) => states.includes(status)).length;
  const late = count('Timeout');
  const found = count('Killed') + late;
  return { found, late, valid: found + count('Survived', 'NoCoverage') };
}
