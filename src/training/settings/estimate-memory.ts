/** How much memory a training step takes, worked out before anything is allocated. Explained in docs/memory.md. */
import type { ModelConfig } from '../../ngpt/index.js';
import { logitBlocks } from '../../nn/index.js';
import { matrixParameters } from './size.js';
import type { TrainSettings } from './train-settings.js';

/** How a thread works through its share of a batch. */
export interface MemoryPlan {
  readonly gradAccumulation: number;
  readonly recompute: boolean;
}

/** With the number of threads. */
export interface StepPlan extends MemoryPlan {
  readonly threads: number;
}

/** That of settings which were fitted; where they leave something open, the whole batch at once on one thread. */
export function planOf({ gradAccumulation, recompute, threads }: TrainSettings): StepPlan {
  return { gradAccumulation: gradAccumulation ?? 1, recompute: recompute ?? false, threads: threads ?? 1 };
}

/** What the module and everything small take. */
const REST = 4 * 2 ** 20;

/**
 * Bytes that one thread takes at the height of a step, its scales and norm weights aside: parameters, two moments of
 * those it updates, gradients, what the tape keeps of every block, and logits. It is at its height either when the backward pass begins,
 * with all that is kept, or when it ends, with all gradients.
 */
export function estimateMemory(
  config: ModelConfig,
  { batchSize }: Pick<TrainSettings, 'batchSize'>,
  { gradAccumulation, recompute, threads }: StepPlan,
): number {
  const { vocabSize, nLayer, nEmbd, dMlp, blockSize } = config;
  const tokens = Math.ceil(Math.ceil(batchSize / threads) / gradAccumulation) * blockSize;
  const parameters = matrixParameters(config);
  const table = vocabSize * nEmbd;
  const { kept, passing } = floatsPerToken(config);
  const blocks = logitBlocks(tokens, vocabSize);
  // Of one block of rows: logits, their gradient, and what makes one of the other.
  const logits = Math.ceil(tokens / blocks) * vocabSize * (config.arch === 'gpt' ? 3 : 4);
  const between = tokens * (recompute ? nEmbd * nLayer : kept * nLayer + 2 * dMlp);
  const largest = Math.max(table, 2 * dMlp * nEmbd);
  const moments = 2 * (threads === 1 ? parameters : Math.max(parameters / threads, largest));
  // A gradient that is added to an earlier one is there twice for a moment, with their sum.
  const accumulates = gradAccumulation > 1;
  const adding = accumulates || threads > 1 ? 2 * largest : 0;
  const tables = Math.max(adding, blocks > 1 ? 2 * table : 0);
  // With weightNorm forward, the matrices as products see them; of a table of embeddings alone only rows are looked at.
  const multiplied = config.tieWeights ? parameters : parameters - table;
  const inUse = config.weightNorm === 'forward' ? multiplied : 0;
  const atFirst = (accumulates ? 2 : 1) * parameters + inUse + moments + tables + between + logits;
  const block = tokens * (kept + passing);
  const atLast = 2 * parameters + inUse + moments + adding + block + (recompute ? between : 0) + logits / 2;
  return 4 * Math.max(atFirst, atLast) + REST;
}

/** What the tape keeps of a token in a block, and what else is there while a block is differentiated. */
function floatsPerToken(config: ModelConfig): { kept: number; passing: number } {
  const { arch, nEmbd, dMlp, qkNorm, residual } = config;
  if (arch === 'gpt') return { kept: 8 * nEmbd + 3 * dMlp, passing: 4 * dMlp };
  // The great circle has no kernel: its ops keep what each of them takes.
  const vectors = (qkNorm ? 15 : 13) + (residual === 'slerp' ? 22 : 0);
  return { kept: vectors * nEmbd + 3 * dMlp, passing: 3 * dMlp };
}
