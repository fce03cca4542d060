/** The command `ngpt inspect`. Explained in docs/experiments.md. */
import { type Command, Option } from 'commander';
import type { ModelReport } from '../../experiments/inspect/model-report.js';
import type { LengthReport } from '../../experiments/length/length-report.js';
import { whole } from '../../ngpt/config/option.js';
import { ConfigError } from '../../tensor/index.js';
import { checkSeed } from '../../training/settings/settings.js';
import { measureBlockSizes, requireBlockSizes } from '../eval/block-sizes.js';
import { noteOnStderr } from '../open-checkpoint.js';
import {
  type BackendChoice,
  backendOptions,
  bestOption,
  commandName,
  dataOption,
  numberListOption,
  numberOption,
  pathOption,
  pathsOption,
  shellWord,
} from '../options.js';
import { type Inspected, inspectCheckpoint, requireSameTokens } from './inspect-checkpoint.js';
import { reportText } from './report-text.js';

/** More take hours. */
const MOST_BLOCKS = 1_000_000;

interface InspectOptions extends BackendChoice {
  checkpoint: readonly string[];
  best?: boolean;
  data?: readonly string[];
  blocks: number;
  seed: number;
  html?: string;
  blockSizes?: readonly number[];
  svgDir?: string;
  json?: boolean;
}

export function addInspectCommand(program: Command): void {
  const command = program
    .command('inspect')
    .description(
      'Look into a checkpoint: learned scales, embeddings, condition numbers of its matrices, hidden states, attention.',
    )
    .addOption(
      pathsOption(
        '--checkpoint <path>',
        'a checkpoint, or an out-dir with one in it; once more for each that is to stand beside it',
      ).makeOptionMandatory(),
    )
    .addOption(bestOption())
    .addOption(dataOption('what it was trained on'))
    .addOption(
      numberOption('--blocks <count>', 'random blocks of the validation split, for hidden states').default(
        16,
      ),
    )
    .addOption(numberOption('--seed <number>', 'of the random choices').default(1337))
    .addOption(pathOption('--html <file>', 'draw it all, as one page for browsers (default: no page)'))
    .addOption(
      numberListOption(
        '--block-sizes <tokens>',
        'draw the loss by position too, in blocks of these sizes, such as 64,128,256 (default: none)',
      ),
    )
    .addOption(
      pathOption(
        '--svg-dir <folder>',
        'write each figure of the page there as an SVG file (default: nowhere)',
      ),
    )
    .addOption(new Option('--json', 'print one JSON object a checkpoint and nothing else'))
    .action(inspectCommand);
  for (const option of backendOptions()) command.addOption(option);
}

async function inspectCommand(options: InspectOptions): Promise<void> {
  // Before anything is loaded.
  whole(1, { most: MOST_BLOCKS }).check('blocks', options.blocks);
  checkSeed(options.seed);
  requirePage(options);
  if (options.html !== undefined) await requireWritablePage(options.html, options);
  const inspected: Inspected[] = [];
  for (const checkpoint of options.checkpoint) {
    const next = await inspectCheckpoint({ ...options, checkpoint });
    if (inspected.length > 0) requireSameTokens(inspected[0], next);
    inspected.push(next);
  }
  const reports = inspected.map(({ report }) => report);
  const texts = reports.map((report) => (options.json ? `${JSON.stringify(report)}\n` : reportText(report)));
  process.stdout.write(texts.join(options.json ? '' : '\n'));
  if (options.html !== undefined) await writePage(reports, options.html, options);
}

function requirePage({ html, svgDir, blockSizes }: InspectOptions): void {
  if (blockSizes !== undefined) requireBlockSizes(blockSizes);
  if (html !== undefined) return;
  if (blockSizes !== undefined) {
    throw new ConfigError('blockSizes is for a page: give html too; eval has the same as text', {
      settings: ['blockSizes', 'html'],
    });
  }
  if (svgDir === undefined) return;
  throw new ConfigError('svgDir takes the figures of a page: give html too', {
    settings: ['svgDir', 'html'],
  });
}

async function requireWritablePage(path: string, { svgDir }: InspectOptions): Promise<void> {
  const { requireWritable } = await import('../../experiments/report/node/write-report.js');
  await requireWritable({ path, svgDir: svgDir ?? null });
}

async function writePage(
  models: readonly ModelReport[],
  path: string,
  options: InspectOptions,
): Promise<void> {
  // Only here, as the linear algebra: what draws takes half a second to load.
  const { modelsReport } = await import('../../experiments/report/models-report.js');
  const { machineFacts } = await import('../../experiments/report/node/machine-facts.js');
  const { writeReport } = await import('../../experiments/report/node/write-report.js');
  const machine = machineFacts(options.backend);
  const lengths: LengthReport[] = [];
  const { blockSizes } = options;
  for (const checkpoint of blockSizes === undefined ? [] : options.checkpoint) {
    lengths.push(await measureBlockSizes({ ...options, checkpoint, blockSizes: blockSizes ?? [] }));
  }
  const report = modelsReport({ models, lengths, machine, command: inspectAgain(options) });
  await writeReport(report, { path, svgDir: options.svgDir ?? null });
  noteOnStderr(`report in ${path}`);
}

/** The command that makes the page again. */
function inspectAgain({ checkpoint, best, data, blocks, seed, blockSizes, html }: InspectOptions): string {
  return [
    `${commandName()} inspect`,
    ...checkpoint.map((path) => `--checkpoint ${shellWord(path)}`),
    ...(best ? ['--best'] : []),
    ...(data === undefined ? [] : [`--data ${data.map(shellWord).join(' ')}`]),
    ...(blockSizes === undefined ? [] : [`--block-sizes ${blockSizes.join()}`]),
    `--blocks ${blocks} --seed ${seed} --html ${shellWord(html ?? '')}`,
  ].join(' ');
}
