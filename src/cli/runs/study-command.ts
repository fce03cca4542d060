/** What `ngpt compare` and `ngpt sweep` do alike: they make the runs of a study, or list them, and tell what was found. */
import { runAll } from '../../experiments/runs/node/study/run-all.js';
import type { Study } from '../../experiments/runs/node/study/study.js';
import { StudyFolder } from '../../experiments/runs/node/study/study-folder.js';
import { releaseOnExit } from '../../training/files/node/lock/folder-lock.js';
import { errorLine } from '../errors.js';
import { noteOnStderr } from '../open-checkpoint.js';
import { type BackendChoice, commandName, shellWord } from '../options.js';
import { onOutputLost } from '../output.js';
import { StopSignal } from '../train/stop-signal.js';
import { describePlan } from './plan-text.js';
import { studyView } from './progress.js';
import type { StudyOptions } from './study-options.js';

/** The exit code where a run failed. */
const FAILED = 1;

/** The figures of a report, each as a file of its own. */
export const FIGURES_FOLDER = 'figures';

/** How a kind of study is told of. */
export interface Telling<Found> {
  /** Tables of text. */
  describe(found: Found): string;
  /** Writes a page, and returns its path. @throws SphereGradError in one line where it cannot be made. */
  writeReport(found: Found, request: ReportRequest): Promise<string>;
}

export interface ReportRequest {
  readonly outDir: string;
  /** The command that makes the study. */
  readonly command: string;
  /** Whether the kept models are measured, which takes seconds. */
  readonly hasModels: boolean;
  readonly choice: BackendChoice;
}

export async function studyCommand<Found>(
  study: Study<Found>,
  options: StudyOptions,
  telling: Telling<Found>,
): Promise<void> {
  const folder = await StudyFolder.open(study, noteOnStderr, options.dryRun ?? false);
  try {
    if (options.dryRun) process.stdout.write(await describePlan(folder, options.json ?? false));
    else await makeRuns(folder, options, telling);
  } finally {
    folder.close();
  }
}

async function makeRuns<Found>(
  folder: StudyFolder<Found>,
  options: StudyOptions,
  telling: Telling<Found>,
): Promise<void> {
  const view = studyView(options.json ?? false, folder.study.kinds);
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
    const { failed, missing } = await runAll(folder, stopping.signal, (event) => view.show(event));
    view.close();
    if (!options.json) process.stdout.write(telling.describe(folder.found()));
    if (options.report ?? !options.json) await writePage(folder, options, telling, stop.exitCode === 0);
    if (missing > 0) noteOnStderr(missingNote(missing));
    if (failed.length > 0) process.exitCode = FAILED;
    if (stop.exitCode !== 0) process.exitCode = stop.exitCode;
  } finally {
    view.close();
    stop.close();
  }
}

/** A report that cannot be made is no reason to fail: all results are in the file of the study. */
async function writePage<Found>(
  folder: StudyFolder<Found>,
  options: StudyOptions,
  telling: Telling<Found>,
  hasModels: boolean,
): Promise<void> {
  const { outDir } = options;
  try {
    const command = `${commandName()} ${process.argv.slice(2).map(shellWord).join(' ')}`;
    const path = await telling.writeReport(folder.found(), { outDir, command, hasModels, choice: options });
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
