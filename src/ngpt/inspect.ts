/** Measurements on a model: how far it is from the sphere, and what it learned. */
import { noGrad } from '../autograd/index.js';
import { scope, type Tensor } from '../tensor/index.js';
import { type LanguageModel, requireModel } from './language-model.js';
import { NGPT } from './model.js';

/**
 * The largest | ‖w‖ − 1 | over all unit vectors of all matrices; 0 for a model without any.
 * @example
 * const config = modelConfig({ vocabSize: 10, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 });
 * const model = createModel(config, new Generator(1));
 * (await maxNormError(model)) < 1e-6 // true
 */
export async function maxNormError(model: LanguageModel): Promise<number> {
  requireModel('maxNormError', model);
  let largest = 0;
  for (const { unitAxis, shape, ...parameter } of matrices(model)) {
    largest = Math.max(largest, largestNormError(await parameter.data(), shape, unitAxis));
  }
  return largest;
}

/**
 * The largest | ‖h‖ − 1 | over all hidden states, the embedding's included, for tokens int32 [B, T].
 * @example
 * const config = modelConfig({ vocabSize: 10, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 });
 * const model = createModel(config, new Generator(1));
 * (await maxHiddenNormError(model, tensor(Int32Array.of(1, 2, 3), [1, 3]))) < 1e-6 // true
 */
export async function maxHiddenNormError(model: LanguageModel, tokens: Tensor): Promise<number> {
  requireModel('maxHiddenNormError', model);
  const states = noGrad(() => scope(() => model.hiddenStates(tokens)));
  let largest = 0;
  for (const state of states) {
    largest = Math.max(largest, largestNormError(await state.takeData(), state.shape, state.rank - 1));
  }
  return largest;
}

/** The eigen learning rates of one layer as they act, averaged over the dimensions. */
export interface LayerAlphas {
  readonly attention: number;
  readonly mlp: number;
}

/**
 * The learned |α| per layer, with `signedAlpha` α; empty for the baseline.
 * @example
 * const config = modelConfig({ vocabSize: 10, blockSize: 8, nLayer: 1, nHead: 2, nEmbd: 16 });
 * const model = createModel(config, new Generator(1));
 * (await meanAlphas(model)).map(({ mlp }) => mlp) // [0.05]
 */
export async function meanAlphas(model: LanguageModel): Promise<LayerAlphas[]> {
  requireModel('meanAlphas', model);
  if (!(model instanceof NGPT)) return [];
  const means: LayerAlphas[] = [];
  for (const { attnAlpha, mlpAlpha } of model.blocks) {
    const [attention, mlp] = noGrad(() =>
      scope(() =>
        [attnAlpha, mlpAlpha].map((alpha) => {
          const value = alpha.value();
          return (model.config.signedAlpha ? value : value.abs()).mean();
        }),
      ),
    );
    means.push({ attention: await attention.takeItem(), mlp: await mlp.takeItem() });
  }
  return means;
}

function matrices(model: LanguageModel) {
  return model.parameters().flatMap((parameter) => {
    const { unitAxis, shape } = parameter;
    return unitAxis === null ? [] : [{ unitAxis, shape, data: () => parameter.data() }];
  });
}

/** Norms along one axis, in double precision. */
function largestNormError(values: ArrayLike<number>, shape: readonly number[], axis: number): number {
  const length = shape[axis];
  const stride = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  let largest = 0;
  // A vector begins at each of the first `stride` elements of every `length` · `stride` of them.
  for (let outer = 0; outer < values.length; outer += length * stride) {
    for (let start = outer; start < outer + stride; start++) {
      let square = 0;
      for (let i = start; i < start + length * stride; i += stride) square += values[i] ** 2;
      // Math.max lets a NaN through, the largest error of all.
      largest = Math.max(largest, Math.abs(Math.sqrt(square) - 1));
    }
  }
  return largest;
}
