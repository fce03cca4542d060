import { type LanguageModel, noGrad, scope, tensor } from '../../src/index.js';
import { requireWhole } from '../../src/tensor/checks/values.js';

/**
 * How much each of the tokens looks at those up to itself, in one layer: [heads, T, T], rows of queries that sum to 1.
 * @param layer - from 0 on. @throws ConfigError for a layer that there is not.
 */
export async function attentionMaps(
  model: LanguageModel,
  tokens: Int32Array,
  layer: number,
): Promise<Float32Array> {
  requireWhole('layer', layer, 0, { most: model.blocks.length - 1 });
  const weights = noGrad(() =>
    scope(() => {
      const before = model.blocks.slice(0, layer);
      const input = tensor(tokens, [1, tokens.length], { backend: model.backend });
      const h = before.reduce((state, block) => block.forward(state), model.embedding.forward(input));
      return model.blocks[layer].attentionWeights(h);
    }),
  );
  return Float32Array.from(await weights.takeData());
}
