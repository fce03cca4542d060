/** `ngpt eval --block-sizes`: the loss by position, beyond the trained length too. Explained in docs/experiments.md. */

import type { BlockSizeLoss, LengthReport } from '../../experiments/length/length-report.js';
import { lossByPosition } from '../../experiments/length/loss-by-position.js';
import { whole } from '../../ngpt/config/option.js';
import { ConfigError, Generator } from '../../tensor/index.js';
import { evaluationParts } from '../../training/loop/evaluate.js';
import {
  type Batch,
  BatchSampler,
  batchesOver,
  type Tokens,
  type TrainSettings,
} from '../../training/node/index.js';
import { formatCount, formatLoss, formatSteps } from '../format.js';
import { chosenPath, noteOnStderr, openDataset, placeModel, readChosen } from '../open-checkpoint.js';
import type { BackendChoice, CheckpointChoice } from '../options.js';
import { slowProgress } from '../slow-progress.js';
import { table } from '../table.js';

/** Unless another number of random batches, or the whole split, is asked for. */
export const EVAL_ITERS = 100;

/** Which blocks of the split to look at. */
export interface BlockChoice {
  evalIters?: number;
  seed: number;
  full?: boolean;
}

interface BlockSizesOptions extends BackendChoice, CheckpointChoice, BlockChoice {
  data?: readonly string[];
  blockSizes: readonly number[];
  json?: boolean;
}

/** @throws ConfigError unless they are whole and all different. */
export function requireBlockSizes(sizes: readonly number[]): void {
  for (const size of sizes) whole(1).check('blockSizes', size);
  const twice = sizes.find((size, i) => sizes.indexOf(size) !== i);
  if (twice === undefined) return;
  throw new ConfigError(`blockSizes has ${twice} twice`, { settings: ['blockSizes'] });
}

export async function evalBlockSizes(options: BlockSizesOptions): Promise<void> {
  const report = await measureBlockSizes(options);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : lengthText(report));
}

/** Says on stderr how far it is where that takes long. @throws DataError for data that are shorter than a block. */
export async function measureBlockSizes(options: BlockSizesOptions): Promise<LengthReport> {
  const sizes = [...options.blockSizes].sort((a, b) => a - b);
  const longest = sizes[sizes.length - 1];
  const read = await readChosen(options);
  // Before a model is made for blocks so long.
  const dataset = await openDataset(read, options.data, longest);
  const { config, settings, step } = read.checkpoint;
  const blockSize = Math.max(longest, config.blockSize);
  // Only the rotary table grows: it goes on at the angles that it has.
  const model = await placeModel({ ...read.checkpoint, config: { ...config, blockSize } }, options);
  const progress = slowProgress('evaluating', noteOnStderr);
  const all = sizes.reduce((sum, size) => sum + tokensOf(dataset.val, size, settings, options), 0);
  let made = 0;
  const measured: BlockSizeLoss[] = [];
  for (const size of sizes) {
    const batches = batchesOf(dataset.val, size, settings, options);
    const told = (tokens: number) => progress((made + tokens) / all);
    measured.push(await lossByPosition(model, size, batches, { tokensAtOnce: tokensAtOnce(settings), told }));
    made += measured[measured.length - 1].tokens;
  }
  model.dispose();
  return {
    ...{ event: 'block-sizes', version: 1, checkpoint: await chosenPath(options), step, arch: config.arch },
    ...{ trainedBlockSize: config.blockSize, data: dataset.name, sizes: measured },
  };
}

/** As many as go through the model at once in training. */
function tokensAtOnce(settings: TrainSettings): number {
  const rows = Math.max(1, Math.floor(settings.batchSize / evaluationParts(settings)));
  return rows * settings.blockSize;
}

/** The blocks that `ngpt eval` looks at, if they are of the size that the model was trained with. */
function batchesOf(
  tokens: Tokens,
  blockSize: number,
  { batchSize }: TrainSettings,
  { full, evalIters = EVAL_ITERS, seed }: BlockChoice,
): Iterable<Batch> {
  return full
    ? batchesOver(tokens, blockSize, batchSize)
    : drawn(tokens, blockSize, batchSize, evalIters, seed);
}

function* drawn(
  tokens: Tokens,
  blockSize: number,
  batchSize: number,
  batches: number,
  seed: number,
): IterableIterator<Batch> {
  const sampler = new BatchSampler(tokens, blockSize, batchSize, new Generator(seed));
  for (let i = 0; i < batches; i++) yield sampler.next();
}

/** How many tokens these are. */
function tokensOf(
  tokens: Tokens,
  blockSize: number,
  { batchSize }: TrainSettings,
  { full, evalIters = EVAL_ITERS }: BlockChoice,
): number {
  return full ? tokens.length - 1 : evalIters * batchSize * blockSize;
}

function lengthText({ checkpoint, step, trainedBlockSize, data, sizes }: LengthReport): string {
  const { buckets } = sizes[sizes.length - 1];
  // A bucket that a shorter block cuts off is the same column.
  const cells = ({ buckets: own }: BlockSizeLoss) =>
    buckets.map((_, i) => (i < own.length ? formatLoss(own[i].loss) : ''));
  const rows = sizes.map((size) => [
    formatCount(size.blockSize),
    formatLoss(size.loss),
    formatCount(size.tokens),
    ...cells(size),
  ]);
  const positions = buckets.map(({ from, to }) => (to - from === 1 ? `${from}` : `${from}–${to - 1}`));
  return [
    `${checkpoint} after ${formatSteps(step)} on blocks of ${formatCount(trainedBlockSize)}; the validation split of ${data}`,
    'loss in nats per token, on all and by position in the block',
    '',
    table([['block size', 'loss', 'tokens', ...positions], ...rows]),
    '',
  ].join('\n');
}
