/** The command `ngpt eval`. */
import type { Command } from 'commander';

import { ConfigError } from '../../tensor/index.js';
import { evaluationParts } from '../../training/loop/evaluate.js';
import { type Dataset, estimateLoss, fullLoss } from '../../training/node/index.js';
import { checkEvaluation } from '../../training/settings/settings.js';
import { formatCount, formatLoss } from '../format.js';
import { type OpenCheckpoint, openCheckpoint, openDataset } from '../open-checkpoint.js';
import {
  type BackendChoice,
  backendOptions,
  bestOption,
  type CheckpointChoice,
  checkpointOption,
  dataOption,
  numberListOption,
  numberOption,
} from '../options.js';
import { type BlockChoice, EVAL_ITERS, evalBlockSizes, requireBlockSizes } from './block-sizes.js';

export interface EvalOptions extends BackendChoice, CheckpointChoice, BlockChoice {
  data?: readonly string[];
  blockSizes?: readonly number[];
  json?: boolean;
}

interface Measured {
  /** Nats per token. */
  readonly loss: number;
  /** Tokens that were predicted. */
  readonly tokens: number;
}

export function addEvalCommand(program: Command): void {
  const command = program
    .command('eval')
    .description('Measure a checkpoint on the validation split: loss, perplexity, bits per byte.')
    .addOption(checkpointOption())
    .addOption(bestOption())
    .addOption(dataOption('what it was trained on'))
    .addOption(numberOption('--eval-iters <count>', `random batches (default: ${EVAL_ITERS})`))
    .addOption(numberOption('--seed <number>', 'of the random batches').default(1337))
    .addOption(
      numberListOption(
        '--block-sizes <tokens>',
        'the loss by position in blocks of these sizes, such as 64,128,256, which may be longer than it was trained with',
      ),
    )
    .option('--full', 'the whole split instead of random batches')
    .option('--json', 'print one JSON object and nothing else')
    .action(evalCommand);
  for (const option of backendOptions()) command.addOption(option);
}

async function evalCommand(options: EvalOptions): Promise<void> {
  requireOptions(options);
  if (options.blockSizes !== undefined) return evalBlockSizes({ ...options, blockSizes: options.blockSizes });
  const opened = await openCheckpoint(options);
  const dataset = await openDataset(opened, options.data, opened.model.config.blockSize);
  const { loss, tokens } = await measure(opened, dataset, options);
  const perplexity = Math.exp(loss);
  const bitsPerByte = toBitsPerByte(loss, dataset);
  const { step } = opened.checkpoint;
  if (options.json) {
    const line = { event: 'eval', step, data: dataset.name, tokens, loss, perplexity, bitsPerByte };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    return;
  }
  const lines = [
    `${options.checkpoint} after step ${step}, on ${formatCount(tokens)} tokens of the validation split of ${dataset.name}`,
    `loss           ${formatLoss(loss)} nats per token`,
    `perplexity     ${perplexity.toFixed(3)}`,
    `bits per byte  ${bitsPerByte === null ? 'unknown: the tokens come without their text' : bitsPerByte.toFixed(4)}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Before anything is loaded. */
function requireOptions({ evalIters, seed, full, blockSizes }: EvalOptions): void {
  checkEvaluation({ evalIters: evalIters ?? EVAL_ITERS, seed });
  if (blockSizes !== undefined) requireBlockSizes(blockSizes);
  if (full && evalIters !== undefined) {
    throw new ConfigError('--full takes the whole split; it does not go with evalIters', {
      settings: ['evalIters'],
    });
  }
}

async function measure(opened: OpenCheckpoint, dataset: Dataset, options: EvalOptions): Promise<Measured> {
  const { model, checkpoint } = opened;
  const { batchSize, blockSize } = checkpoint.settings;
  const parts = evaluationParts(checkpoint.settings);
  if (options.full) return fullLoss(model, dataset.val, batchSize, parts);
  const { evalIters = EVAL_ITERS, seed } = options;
  const loss = await estimateLoss(model, dataset.val, { batchSize, parts, evalIters, seed });
  return { loss, tokens: evalIters * batchSize * blockSize };
}

/** The one number that compares tokenizers: log₂ of the loss per byte of UTF-8. */
function toBitsPerByte(loss: number, { val, tokenizer }: Dataset): number | null {
  const bytes = tokenizer.byteLength(val);
  return bytes === null ? null : ((loss / Math.LN2) * val.length) / bytes;
}
