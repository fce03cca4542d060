/** What `ngpt` does, from the words of its command line to its exit code. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, type Option } from 'commander';
import { withConfig } from './arguments/config-file.js';
import { addCompareCommand } from './compare/compare.js';
import { BAD_INPUT, errorLine, reportError } from './errors.js';
import { addEvalCommand } from './eval/eval.js';
import { addExportCommands } from './export/export.js';
import { addInspectCommand } from './inspect/inspect.js';
import { settleMode } from './options.js';
import { addSampleCommand } from './sample/sample.js';
import { addSweepCommand } from './sweep/sweep.js';
import { addTrainCommand, type RunTraining } from './train/train.js';
import { addVerifyCommand } from './verify.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/**
 * Runs the command of `process.argv`; what goes wrong is told on stderr and by `process.exitCode`. `runTraining` is another way
 * to run the session of `ngpt train` than in a thread of its own.
 */
export async function runProgram(runTraining?: RunTraining): Promise<void> {
  const program = createProgram(runTraining);
  let options: readonly Option[] = [];
  program.hook('preAction', (_, command) => {
    options = command.options;
    settleMode(command);
  });
  try {
    await program.parseAsync(withConfig(givenWords(program), program), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) reportError(error, options);
    else if (error.exitCode !== 0) process.exitCode = BAD_INPUT;
  }
}

function createProgram(runTraining?: RunTraining): Command {
  const program = new Command('ngpt')
    .version(version)
    .description('Train, sample and measure the normalized Transformer (nGPT, arXiv:2410.01131)')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(errorLine(text.replace(/^error: /, ''))) });
  addTrainCommand(program, runTraining);
  addSampleCommand(program);
  addEvalCommand(program);
  addCompareCommand(program);
  addSweepCommand(program);
  addInspectCommand(program);
  addExportCommands(program);
  addVerifyCommand(program);
  return program;
}

/** `help` of what is no command becomes that word alone, which is refused; commander would show all help there is. */
function givenWords(program: Command): string[] {
  const words = process.argv.slice(2);
  const [first, second] = words;
  const isKnown = second === undefined || program.commands.some((command) => command.name() === second);
  return first === 'help' && !isKnown ? [second] : words;
}
