/** What a setup is: everything that decides what happens on the page. */

import type { ModelConfig } from '../../src/index.js';

/** What the models learn from: an excerpt of a book, a toy task, or a text of the visitor's own. */
export type DataName = 'moby-dick' | 'copy' | 'sort' | 'add' | 'own';

/** Enough of an own text to know it again. */
export interface OwnText {
  /** In code units, as `text.length` counts them. */
  readonly length: number;
  /** CRC-32 of its UTF-8. */
  readonly crc: number;
}

/** What the page lets be chosen of nGPT alone; see `ModelConfig`. */
export type NgptSwitches = Pick<
  ModelConfig,
  | 'alphaInit'
  | 'signedAlpha'
  | 'residual'
  | 'weightNorm'
  | 'qkNorm'
  | 'softmaxScale'
  | 'alpha'
  | 'sqk'
  | 'suv'
  | 'sz'
>;

/** Where a run computes. */
export type SetupBackend = 'wasm' | 'gpu';

/** Builds of the kernels that pages run, and devices that they reach. */
export type SetupMode = 'auto' | 'simd' | 'relaxed-simd' | 'wide' | 'webgpu' | 'webgl2';

/** Everything that decides what happens on the page: whoever has it can run the same again. */
export interface Setup extends NgptSwitches {
  readonly data: DataName;
  /** Of an own text, which no link holds; null for any other data. */
  readonly ownText: OwnText | null;
  readonly seed: number;
  /** Where the run ends; it may be extended without a change of what came before. */
  readonly steps: number;
  readonly evalInterval: number;
  readonly nLayer: number;
  readonly nHead: number;
  readonly nEmbd: number;
  readonly blockSize: number;
  readonly batchSize: number;
  readonly tieWeights: boolean;
  readonly rope: 'rotary' | 'none';
  readonly ngptRate: number;
  readonly gptRate: number;
  readonly backend: SetupBackend;
  readonly mode: SetupMode;
}
