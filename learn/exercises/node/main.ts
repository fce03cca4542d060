/** `npm run learn`: gives out exercises and runs their checks on what a reader wrote. */
import { existsSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { EXERCISES } from '../exercises.js';
import {
  copyGiven,
  type ExerciseFiles,
  exercisesOf,
  filesOf,
  ROOT,
  resetCopy,
  short,
  UsageError,
} from './files.js';
import { listed, report } from './print.js';
import { runApart } from './run-apart.js';

/** Exit codes: some check does not pass; the command cannot be understood. */
const NOT_SOLVED = 1;
const BAD_INPUT = 2;

interface Options {
  readonly list?: boolean;
  readonly words?: boolean;
  readonly solution?: boolean;
  readonly watch?: boolean;
  readonly reset?: boolean;
  readonly limit: number;
  readonly mine: string;
}

const program = new Command('npm run learn --')
  .description(
    'The exercises of docs/learn: copies one to learn/mine, where you edit it, and runs its checks. Exit code 1 if one does not pass.',
  )
  .argument('[exercise]', '3 for all of chapter 3, 3-2 for its second, or a name; without it, the list')
  .option('--list', 'list all, and what is solved')
  .option('--words', 'list how long the chapters take to read')
  .option('--solution', 'run the checks on the solution')
  .option('--watch', 'run them again after each save')
  .option('--reset', 'begin anew; your copy is kept as a .bak')
  .option('--limit <seconds>', 'how long a check may take', seconds, 10)
  .option('--mine <folder>', 'the folder of your copies, in learn', folderName, 'mine')
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(`learn: ${text.replace(/^error: /, '')}`) })
  .action(learn);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`learn: ${error.message}\n`);
    process.exitCode = BAD_INPUT;
  } else if (!(error instanceof CommanderError)) throw error;
  else if (error.exitCode !== 0) process.exitCode = BAD_INPUT;
}

async function learn(word: string | undefined, options: Options): Promise<void> {
  if (options.words) return listWords();
  if (word === undefined || options.list) return list(options);
  const chosen = exercisesOf(word).map((name) => filesOf(name, options.mine));
  for (const files of chosen) await run(files, options);
  if (options.watch) for (const files of chosen) follow(files, options);
}

async function list({ mine, limit }: Options): Promise<void> {
  for (const name of EXERCISES) {
    const files = filesOf(name, mine);
    const outcome = existsSync(files.mine) ? await runApart(files.check, files.mine, limit) : null;
    process.stdout.write(listed(files, outcome));
  }
  process.stdout.write('npm run learn -- 1 begins the first, or goes on with it.\n');
}

/** A script of its own: it reads documents, which exercises do not. */
async function listWords(): Promise<void> {
  await import(pathToFileURL(join(ROOT, 'scripts/docs/list-words.mjs')).href);
}

async function run(files: ExerciseFiles, { solution, reset, limit }: Options): Promise<void> {
  const file = solution ? files.solution : files.mine;
  if (!solution) prepare(files, reset === true);
  const outcome = await runApart(files.check, file, limit);
  process.stdout.write(report(files, file, outcome));
  const isSolved = outcome.stopped === null && outcome.results.every(({ problem }) => problem === null);
  if (!isSolved) process.exitCode = NOT_SOLVED;
}

function prepare(files: ExerciseFiles, anew: boolean): void {
  const backup = anew ? resetCopy(files) : null;
  if (backup !== null) process.stdout.write(`What you had is in ${short(backup)}.\n`);
  else if (copyGiven(files)) process.stdout.write(`Copied to ${short(files.mine)}.\n`);
}

/** Runs an exercise again whenever its file is saved, until Ctrl-C. Editors may replace the file, so its folder is watched. */
function follow(files: ExerciseFiles, options: Options): void {
  const file = options.solution ? files.solution : files.mine;
  let isDue = false;
  let isRunning = false;
  const again = async () => {
    if (isRunning || !existsSync(file)) return;
    isRunning = true;
    while (isDue) {
      isDue = false;
      await run(files, { ...options, reset: false });
    }
    isRunning = false;
  };
  watch(dirname(file), (_, name) => {
    if (name !== basename(file)) return;
    isDue = true;
    // Of a save come several events.
    setTimeout(again, 100);
  });
  process.stdout.write(`Watching ${short(file)}; Ctrl-C ends it.\n`);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It has to be a number above 0.');
  return value;
}

function folderName(text: string): string {
  if (!/^[\w-]+$/.test(text)) throw new InvalidArgumentError('It has to be the name of a folder.');
  return text;
}
