import type { Architecture } from '../../ngpt/index.js';

export type TokenizerName = 'char' | 'gpt2';

/** Everything that decides a training run, besides the data. Names are nanoGPT's. */
export interface TrainSettings {
  readonly arch: Architecture;
  /** For text; a folder of tokens brings its own. */
  readonly tokenizer: TokenizerName;
  readonly nLayer: number;
  readonly nHead: number;
  readonly nEmbd: number;
  /** Width of the MLP; null means 4 nEmbd. */
  readonly dMlp: number | null;
  /** Tokens in a block. */
  readonly blockSize: number;
  /** Blocks in a batch. */
  readonly batchSize: number;
  /** Optimizer steps. */
  readonly maxIters: number;
  readonly learningRate: number;
  /** Steps of linear warm-up. */
  readonly warmupIters: number;
  /** Where the cosine ends, at maxIters. */
  readonly minLr: number;
  /** Largest length of the gradient; 0 does not clip. */
  readonly gradClip: number;
  /** The baseline's; nGPT has none. */
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  /** First eigen learning rate of nGPT. */
  readonly alphaInit: number;
  /** Steps between evaluations, each of which saves a checkpoint. */
  readonly evalInterval: number;
  /** Batches per split and evaluation. */
  readonly evalIters: number;
  readonly seed: number;
  /** Threads that share out each batch. The results depend on it in the last bits. */
  readonly threads: number;
}
