import type { Command } from 'commander';
import { checkComparison } from '../../experiments/compare/node/check-comparison.js';
import { compare } from '../../experiments/compare/node/comparing.js';
import { ComparisonFolder } from '../../experiments/compare/node/comparison-folder.js';
import { releaseOnExit } from '../../training/node/index.js';
import { errorLine } from '../errors.js';
import { noteOnStderr } from '../open-checkpoint.js';
import { commandName, shellWord } from '../options.js';
import { onOutputLost } from '../output.js';
import { StopSignal } from '../train/stop-signal.js';
import { type CompareOptions, compareOptions, requestOf } from './compare-options.js';
import { describePlan } from './plan-text.js';
import { compareView } from './progress.js';
import { describeComparison } from './tables.js';

/** The exit code where a run failed. */
const FAILED = 1;

export function addCompareCommand(program: Command): void {
  const command = program
    .command('compare')
    .description(
      'Train GPT and nGPT on the same batches, each with its own recipe, and tell how many steps nGPT saves. Finished runs are ' +
        'kept: the same command goes on where it was interrupted.',
    )
    .addHelpText(
      'after',
      '\nEvery setting is there for one architecture alone too, with ngpt- or gpt- before its name: ngpt-alpha-init, ' +
        'gpt-warmup-iters. An ablation is nGPT with one change, at its largest budget.',
    );
  for (const option of compareOptions()) command.addOption(option);
  command.action(compareCommand);
}

async function compareCommand(options: CompareOptions): Promise<void> {
  const checked = await checkComparison(requestOf(options));
  const folder = await ComparisonFolder.open(checked, noteOnStderr, options.dryRun ?? false);
  try {
    if (options.dryRun) process.stdout.write(describePlan(folder, options.json ?? false));
    else await makeRuns(folder, options);
  } finally {
    folder.close();
  }
}

async function makeRuns(folder: ComparisonFolder, options: CompareOptions): Promise<void> {
  const view = compareView(options.json ?? false);
  const stopping = new AbortController();
  const stop = new StopSignal((signal) => {
    view.note(
      `stopping all runs after their step${signal === 'SIGINT' ? '; press Ctrl-C again to quit at once' : ''}`,
    );
    stopping.abort();
  });
  stop.listen();
  onOutputLost(() => stopping.abort());
  releaseOnExit(options.outDir);
  try {
    const { failed, missing } = await compare(folder, stopping.signal, (event) => view.show(event));
    view.close();
    if (!options.json) process.stdout.write(describeComparison(folder.comparison()));
    if (options.report ?? !options.json) await writePage(folder, options, stop.exitCode === 0);
    if (missing > 0) noteOnStderr(missingNote(missing));
    if (failed.length > 0) process.exitCode = FAILED;
    if (stop.exitCode !== 0) process.exitCode = stop.exitCode;
  } finally {
    view.close();
    stop.close();
  }
}

/** A report that cannot be made is no reason to fail: all results are in comparison.json. */
async function writePage(
  folder: ComparisonFolder,
  options: CompareOptions,
  hasModels: boolean,
): Promise<void> {
  const { outDir } = options;
  try {
    // Only here: what draws is loaded when there is something to draw.
    const { writeComparisonReport } = await import('./compare-report.js');
    const command = `${commandName()} ${process.argv.slice(2).map(shellWord).join(' ')}`;
    const request = { outDir, command, hasModels, choice: options };
    const path = await writeComparisonReport(folder.comparison(), request);
    if (!options.json) process.stdout.write(`\nreport in ${path}\n`);
  } catch (error) {
    process.stderr.write(errorLine(`no report: ${error instanceof Error ? error.message : String(error)}`));
  }
}

function missingNote(count: number): string {
  return count === 1
    ? '1 run is missing; the same command makes it'
    : `${count} runs are missing; the same command makes them`;
}
