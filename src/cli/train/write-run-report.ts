/** The report of a run for browsers: what its log tells, and what is found in its model. */
import { join } from 'node:path';
import { inspectModel } from '../../experiments/inspect/inspect-model.js';
import type { ModelReport } from '../../experiments/inspect/model-report.js';
import { machineFacts } from '../../experiments/report/node/machine-facts.js';
import { readRun } from '../../experiments/report/node/read-run.js';
import { writeReport } from '../../experiments/report/node/write-report.js';
import { runReport } from '../../experiments/report/run-report.js';
import { entriesOf } from '../../ngpt/config/option.js';
import { ConfigError } from '../../tensor/index.js';
import { sourcesOf } from '../../training/data/data-source.js';
import { REPORT_FILE } from '../../training/log/node/run-log.js';
import type { DoneEvent } from '../../training/loop/events.js';
import { type Run, trainSettings } from '../../training/node/index.js';
import { kebabCase } from '../../training/settings/names.js';
import { TRAINING_OPTIONS } from '../../training/settings/train-settings.js';
import { commandName, shellWord } from '../options.js';

/** Nobody waits for the singular values of a larger one that did not ask for them. */
const MOST_PARAMETERS = 5e6;
const BLOCKS = 16;

/** Returns its path. @throws ConfigError in one line where it cannot be made. */
export async function writeRunReport(run: Run, { steps }: DoneEvent, sample: string | null): Promise<string> {
  const { outDir, state } = run;
  const logged = readRun(outDir);
  if (logged === null) throw new ConfigError(`${outDir} has no log to make it of`);
  const isLarge = state.model.parameterCount() > MOST_PARAMETERS;
  const path = join(outDir, REPORT_FILE);
  const report = runReport({
    logged,
    model: isLarge ? null : await measure(run, steps),
    omitted: isLarge ? `To look into a model of this size: ${inspectCommand(outDir)}.` : null,
    machine: machineFacts(state.model.backend.name),
    ...{ command: rerunCommand(run), sample },
  });
  await writeReport(report, { path, svgDir: null });
  return path;
}

function measure({ state, dataset, outDir, settings }: Run, step: number): Promise<ModelReport> {
  return inspectModel(state.model, {
    ...{ checkpoint: outDir, step, data: dataset.name, tokens: dataset.val },
    ...{ blocks: BLOCKS, seed: settings.seed },
  });
}

function inspectCommand(outDir: string): string {
  return `${commandName()} inspect --checkpoint ${shellWord(outDir)} --html ${shellWord(join(outDir, 'inspect.html'))}`;
}

/** The options that are no defaults, in full: presets may change. */
function rerunCommand({ settings, dataset, outDir }: Run): string {
  const defaults = trainSettings({ arch: settings.arch });
  const words = entriesOf(TRAINING_OPTIONS).flatMap(([name, { only }]) => {
    const isOwn = only === undefined || only.arch === settings.arch;
    const value = settings[name];
    if (!isOwn || value === null || (value === defaults[name] && name !== 'arch')) return [];
    return typeof value === 'boolean'
      ? [`--${value ? '' : 'no-'}${kebabCase(name)}`]
      : [`--${kebabCase(name)} ${shellWord(String(value))}`];
  });
  const sources = sourcesOf(dataset.source ?? dataset.name);
  const data = `--data ${sources.map(shellWord).join(' ')}`;
  return [`${commandName()} train`, data, ...words, `--out-dir ${shellWord(outDir)}`].join(' ');
}
