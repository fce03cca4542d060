/** The presets: small models to train here, and large ones whose configuration alone is known. */
import type { Architecture } from '../../ngpt/index.js';
import type { TrainSettings } from './train-settings.js';

type Sizes = Pick<TrainSettings, 'nLayer' | 'nHead' | 'nEmbd' | 'blockSize' | 'batchSize' | 'maxIters'>;

/** A preset says what it is about and leaves the rest to the defaults. */
export interface Preset extends Sizes, Omit<Partial<TrainSettings>, keyof Sizes> {
  /** What holds for one architecture only. */
  readonly byArchitecture?: Partial<Record<Architecture, Partial<TrainSettings>>>;
}

/** nanoGPT's published settings for a laptop without a GPU. */
const nanoCpu = { nLayer: 4, nHead: 4, nEmbd: 128, blockSize: 64, batchSize: 12, maxIters: 2000 } as const;

/** nanoGPT's published settings for Shakespeare by characters. */
const shakespeare = {
  nLayer: 6,
  nHead: 6,
  nEmbd: 384,
  blockSize: 256,
  batchSize: 64,
  maxIters: 5000,
} as const;

/** What `--preset` offers. */
export const PRESETS = {
  /** What `npm start` runs: English from a real book in a minute or two. Longer blocks, in batches of as many tokens, tell more. */
  demo: {
    ...{ ...nanoCpu, blockSize: 128, batchSize: 6, maxIters: 1400 },
    ...{ learningRate: 1e-2, alphaInit: 0.25 },
  },
  'nano-cpu': { ...nanoCpu },
  shakespeare: {
    ...shakespeare,
    byArchitecture: { ngpt: { learningRate: 5e-3 }, gpt: { learningRate: 1e-3 } },
  },
  'gpt2-124m': {
    ...{ nLayer: 12, nHead: 12, nEmbd: 768, blockSize: 1024, batchSize: 12, maxIters: 600_000 },
    // An evaluation takes the time of some steps, not of a hundred.
    ...{ tokenizer: 'gpt2', evalInterval: 2000, evalIters: 2 },
    byArchitecture: { ngpt: { learningRate: 2e-3 }, gpt: { learningRate: 6e-4, warmupIters: 2000 } },
  },
} as const satisfies Record<string, Preset>;

/** The paper's models: too large to train here, they are configurations for `ngpt export` to take to the released code. */
export const CONFIGURATIONS = {
  // The two models of the paper's experiments (section 3), with the batch of 512 blocks they were trained on.
  '0.5b': {
    ...{ nLayer: 24, nHead: 16, nEmbd: 1024, blockSize: 1024, batchSize: 512, maxIters: 100_000 },
    ...{ tokenizer: 'gpt2', evalInterval: 1000, evalIters: 200 },
    byArchitecture: { ngpt: { learningRate: 1.5e-3 }, gpt: { learningRate: 1e-3, warmupIters: 2000 } },
  },
  '1b': {
    ...{ nLayer: 36, nHead: 20, nEmbd: 1280, blockSize: 1024, batchSize: 512, maxIters: 100_000 },
    ...{ tokenizer: 'gpt2', evalInterval: 1000, evalIters: 200 },
    byArchitecture: { ngpt: { learningRate: 1.5e-3 }, gpt: { learningRate: 1e-3, warmupIters: 2000 } },
  },
} as const satisfies Record<string, Preset>;
