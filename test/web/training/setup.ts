import { DEFAULT_SETUP } from '../../../web/setup/options.js';
import type { Setup } from '../../../web/setup/setup.js';

/** A setup whose models learn within milliseconds. */
export const TINY: Setup = {
  ...DEFAULT_SETUP,
  ...{ data: 'copy', mode: 'simd', nLayer: 1, nHead: 2, nEmbd: 8, blockSize: 8, batchSize: 2 },
  ...{ steps: 7, evalInterval: 3, ngptRate: 0.01, gptRate: 0.003 },
};
