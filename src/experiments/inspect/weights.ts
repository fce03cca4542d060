/** Measures what can be said of a model without showing it a text. Explained in docs/experiments.md. */
import type { LanguageModel } from '../../ngpt/index.js';
import { measureEmbeddings } from './embeddings.js';
import { measureMatrices } from './matrices.js';
import type { LayerMatrices, ModelReport } from './model-report.js';
import { measureScales } from './scales.js';

/** What can be said of a model without showing it a text. */
export type WeightsReport = Pick<ModelReport, 'scales' | 'embeddings' | 'matrices'>;

/**
 * Measures scales, embeddings and matrices, which takes most of the time.
 * @param seed - of the embeddings that are drawn where there are too many.
 * @param measured - told after the embeddings and after every matrix, and waited for.
 */
export async function measureWeights(
  model: LanguageModel,
  seed: number,
  measured: () => Promise<void>,
): Promise<WeightsReport> {
  const scales = await measureScales(model);
  const embeddings = await measureEmbeddings(model, seed);
  await measured();
  const matrices: LayerMatrices[] = [];
  for (let layer = 0; layer < model.config.nLayer; layer++) {
    matrices.push(await measureMatrices(model, layer, measured));
  }
  return { scales, embeddings, matrices };
}
