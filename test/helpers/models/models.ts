/** Small language models for tests. */
import fc from 'fast-check';
import {
  assignInPlace,
  type BackendOptions,
  type Generator,
  normal,
  scope,
  type Tensor,
  tensor,
  uniform,
} from '../../../src/index.js';
import { type LanguageModel, type ModelConfig, modelConfig } from '../../../src/ngpt/index.js';
import type { Optimizer } from '../../../src/nn/index.js';
import type { BackendName } from '../../../src/tensor/index.js';

/** The two that model tests run on: the meaning in double precision, and the default. For `describe.each`. */
export const MODEL_BACKENDS: readonly (readonly [BackendName, BackendOptions])[] = [
  ['reference', { dtype: 'float64' }],
  ['wasm', {}],
];

/** The smallest model that has two of everything: layers, heads, pairs in a head. */
export function tinyConfig(given: Partial<ModelConfig> = {}): ModelConfig {
  return modelConfig({ vocabSize: 11, blockSize: 6, nLayer: 2, nHead: 2, nEmbd: 8, dMlp: 12, ...given });
}

/** Configurations with odd and smallest sizes, both rotary variants and none, and all options. */
export function configs(arch: ModelConfig['arch']): fc.Arbitrary<ModelConfig> {
  const size = (max: number) => fc.integer({ min: 1, max });
  const form = fc.constantFrom('vector' as const, 'scalar' as const, 'fixed' as const);
  const first = fc.constantFrom(1, 0.5);
  return fc
    .record({
      vocabSize: size(9),
      blockSize: size(7),
      nLayer: size(3),
      nHead: size(3),
      half: size(3),
      dMlp: size(9),
      ...{ alpha: form, alphaInit: fc.constantFrom(0.05, 0.3, 1, 2) },
      ...{ sqk: form, sqkInit: first, suv: form, suvInit: first, sz: form, szInit: first },
      scales: fc.option(fc.record({ alphaScale: first, sqkScale: first, suvScale: first, szScale: first }), {
        nil: {},
      }),
      signedAlpha: fc.boolean(),
      residual: fc.constantFrom('lerp' as const, 'slerp' as const),
      weightNorm: fc.constantFrom('step' as const, 'forward' as const, 'never' as const),
      rope: fc.constantFrom('rotary' as const, 'released' as const, 'none' as const),
      ropeBase: fc.constantFrom(10000, 10),
      qkNorm: fc.boolean(),
      softmaxScale: fc.constantFrom('sqrt' as const, 'rsqrt' as const),
      tieWeights: fc.boolean(),
    })
    .map(({ half, scales, ...rest }) => {
      // Where nothing turns, heads may be odd: 3, 5 or 7.
      const headSize = rest.rope === 'none' ? 2 * half + 1 : 2 * half;
      return modelConfig({ arch, nEmbd: rest.nHead * headSize, ...scales, ...rest });
    });
}

/** Tokens [batch, length]. */
export function randomTokens(
  config: ModelConfig,
  generator: Generator,
  [batch, length]: readonly [number, number] = [2, config.blockSize],
): Tensor {
  const values = Int32Array.from({ length: batch * length }, () => generator.integer(config.vocabSize));
  return tensor(values, [batch, length]);
}

/**
 * Moves everything that starts at a constant value (scales, norm weights) off it, some of them below 0: at their
 * first values many a wrong formula gives the right result.
 */
export function scatterScales(model: LanguageModel, generator: Generator): void {
  scope(() => {
    for (const parameter of model.parameters().filter(({ rank }) => rank === 1)) {
      assignInPlace(parameter, parameter.mul(normal(generator, parameter.shape, { mean: 1, std: 0.7 })));
    }
  });
}

/** The same for matrices whose vectors need not stay unit. */
export function scatterMatrices(model: LanguageModel, generator: Generator): void {
  if (model.config.weightNorm === 'step') return;
  scope(() => {
    for (const matrix of model.parameters().filter(({ rank }) => rank === 2)) {
      assignInPlace(matrix, matrix.mul(uniform(generator, matrix.shape, { low: 0.5, high: 1.5 })));
    }
  });
}

/** One step of training on random tokens, with the gradient clipped at 1; returns the loss. */
export function trainStep(model: LanguageModel, optimizer: Optimizer, generator: Generator): number {
  return scope(() => {
    const loss = model.loss(randomTokens(model.config, generator), randomTokens(model.config, generator));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step({ maxNorm: 1 });
    return loss.itemSync();
  });
}
