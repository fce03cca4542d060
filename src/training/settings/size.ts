/** How large a run is, before anything is allocated for it. */
import type { ModelConfig } from '../../ngpt/index.js';

/** Parameters of the matrices; the scales and norm weights, a few thousandths, are left out. */
export function matrixParameters({ vocabSize, nLayer, nEmbd, dMlp, tieWeights }: ModelConfig): number {
  const tables = (tieWeights ? 1 : 2) * vocabSize * nEmbd;
  return tables + nLayer * (4 * nEmbd ** 2 + 3 * nEmbd * dMlp);
}
