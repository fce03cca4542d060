/**
 * νGPT (arXiv:2604.27077): what was tuned on a small run, carried over to a large one. Widths are in
 * `ngpt/optimizer/width-transfer.ts`; depth and tokens are here. Explained in docs/training.md.
 */
import type { TrainSettings } from './train-settings.js';

/** Eigen learning rates begin lower by the ratio of the depths. */
export function transferredAlpha({ arch, alphaInit, nLayer, transferDepth }: TrainSettings): number {
  return arch !== 'ngpt' || transferDepth === 0 ? alphaInit : alphaInit / (nLayer / transferDepth);
}

/** What all learning rates are multiplied by: the ratio of the tokens to the power of −1/3. */
export function tokenFactor(settings: TrainSettings): number {
  const { arch, maxIters, batchSize, blockSize, transferTokens } = settings;
  const tokens = maxIters * batchSize * blockSize;
  return arch !== 'ngpt' || transferTokens === 0 || tokens === 0 ? 1 : (tokens / transferTokens) ** (-1 / 3);
}
