import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { noGrad } from '../../../src/autograd/index.js';
import { GPT, type ModelConfig, NGPT } from '../../../src/ngpt/index.js';
import type { Linear } from '../../../src/nn/index.js';
import { Generator, init, liveBuffers, normal, scope, type Tensor, unit } from '../../../src/tensor/index.js';
import { configs, scatterScales } from '../../helpers/models/models.js';
import { expectClose } from '../../helpers/values/close.js';
import { seeds } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

beforeAll(() => init('reference', { dtype: 'float64' }));

/** Attention as what its weights make of the values of x [B, T, d], without what comes after the projection. */
function attended(
  weights: Tensor,
  x: Tensor,
  { value, projection }: Record<'value' | 'projection', Linear>,
): Tensor {
  const [batch, length, width] = x.shape;
  const heads = weights.shape[1];
  const values = value.forward(x).reshape([batch, length, heads, width / heads]);
  const joined = weights.matmul(values.permute([0, 2, 1, 3])).permute([0, 2, 1, 3]);
  return projection.forward(joined.reshape(x.shape));
}

/** The model, and what goes into its attention for hidden states h, layer by layer. */
function build(config: ModelConfig, generator: Generator) {
  if (config.arch === 'ngpt') {
    const model = new NGPT(config, generator);
    return { model, layers: model.blocks.map((block) => ({ block, input: (h: Tensor) => h, after: unit })) };
  }
  const model = new GPT(config, generator);
  const layers = model.blocks.map((block) => ({
    block,
    input: (h: Tensor) => block.attentionNorm.forward(h),
    after: (x: Tensor) => x,
  }));
  return { model, layers };
}

describe.each(['ngpt', 'gpt'] as const)('the attention weights of %s', (arch) => {
  it('are those with which attention adds up values, and look at nothing that comes later', () => {
    fc.assert(
      fc.property(configs(arch), seeds, (config, seed) => {
        const generator = new Generator(seed);
        const { model, layers } = build(config, generator);
        scatterScales(model, generator);
        const before = liveBuffers();
        scope(() =>
          noGrad(() => {
            const h = unit(normal(generator, [2, config.blockSize, config.nEmbd]));
            for (const { block, input, after } of layers) {
              const weights = block.attentionWeights(h);
              const x = input(h);
              expectClose(
                after(attended(weights, x, block.attention)),
                block.attention.forward(x),
                absolute(1e-12),
              );
              expect(weights.shape).toEqual([2, config.nHead, config.blockSize, config.blockSize]);
              weights.dataSync().forEach((weight, i) => {
                const [query, key] = [
                  Math.floor(i / config.blockSize) % config.blockSize,
                  i % config.blockSize,
                ];
                expect(weight >= 0 && (key <= query || weight === 0)).toBe(true);
              });
            }
          }),
        );
        expect(liveBuffers()).toBe(before);
        model.dispose();
      }),
      { numRuns: 30 },
    );
  });
});
