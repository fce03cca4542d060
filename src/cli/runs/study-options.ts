/** Options that all commands have that make many runs. */
import { InvalidArgumentError, Option } from 'commander';
import type { SetupRequest } from '../../experiments/runs/node/study/setup.js';
import { requireWhole } from '../../tensor/checks/values.js';
import { configOption } from '../arguments/config-file.js';
import {
  type BackendChoice,
  backendOptions,
  dataOf,
  dataOption,
  numberOption,
  pathOption,
} from '../options.js';
import { presetOption, reportOptions } from '../train/train-options.js';

export interface StudyOptions extends BackendChoice {
  preset?: string;
  data?: readonly string[];
  outDir: string;
  jobs?: number;
  keepCheckpoints?: boolean;
  dryRun?: boolean;
  json?: boolean;
  report?: boolean;
}

/** @param own - what the command alone has, between the data and the rest; @param kept - whose checkpoints stay anyway */
export function studyOptions(own: readonly Option[], outDir: string, kept: string): Option[] {
  return [
    presetOption(),
    dataOption('moby-dick'),
    ...own,
    pathOption('--out-dir <path>', 'where runs and results go').default(outDir),
    numberOption(
      '--jobs <count>',
      'runs at once, on one thread each (default: one for each core, as memory allows)',
    ),
    noThreads(),
    new Option('--keep-checkpoints', kept),
    new Option('--dry-run', 'list the runs, and make none'),
    new Option('--json', 'print one JSON object per event and nothing else'),
    ...reportOptions(),
    configOption(),
    ...backendOptions(),
  ];
}

/** Of `train`, and asked for here too. */
function noThreads(): Option {
  const option = new Option('--threads <count>', 'there is one for each run').hideHelp();
  return option.argParser(() => {
    throw new InvalidArgumentError('Every run has one thread; --jobs says how many runs are made at once.');
  });
}

/** @throws ConfigError for numbers that will not do. */
export function setupRequestOf(options: StudyOptions): SetupRequest & { preset?: string } {
  const { preset, data, outDir, backend, mode, jobs, keepCheckpoints } = options;
  if (jobs !== undefined) requireWhole('jobs', jobs, 1, { most: 1024 });
  return {
    ...(preset === undefined ? {} : { preset }),
    ...(data === undefined ? {} : { data: dataOf(data) }),
    ...{ outDir, backend, mode: mode ?? null, jobs: jobs ?? null },
    keepCheckpoints: keepCheckpoints ?? false,
  };
}
