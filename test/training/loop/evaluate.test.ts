import { beforeAll, describe, expect, it } from 'vitest';
import { Generator, init, type LanguageModel, noGrad, scope, tensor } from '../../../src/index.js';
import { estimateLoss, fullLoss } from '../../../src/training/loop/evaluate.js';
import { dispose, freshState, smallSettings } from '../../helpers/models/training.js';
import { expectClose, expectFinite } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

beforeAll(() => init('wasm'));

const tokensOf = (length: number) => {
  const generator = new Generator(length);
  return Int32Array.from({ length }, () => generator.integer(8));
};

/** −log p of each token but the first, from those before it in its block, one block at a time. */
function tokenLosses(model: LanguageModel, tokens: Int32Array): number[] {
  const { blockSize, vocabSize } = model.config;
  const losses: number[] = [];
  for (let start = 0; start + 1 < tokens.length; start += blockSize) {
    const length = Math.min(blockSize, tokens.length - 1 - start);
    const input = tokens.slice(start, start + length);
    const rows = scope(() =>
      noGrad(() =>
        model
          .forward(tensor(input, [1, length]))
          .logSoftmax()
          .dataSync(),
      ),
    );
    for (let i = 0; i < length; i++) losses.push(-rows[i * vocabSize + tokens[start + i + 1]]);
  }
  return losses;
}

describe('fullLoss', () => {
  it.each([2, 8, 9, 10, 17, 66, 100])(
    'predicts each of %i tokens but the first exactly once',
    async (length) => {
      const state = freshState(smallSettings());
      const tokens = tokensOf(length);
      const expected = tokenLosses(state.model, tokens);
      const { loss, tokens: predicted } = await fullLoss(state.model, tokens, 3);
      expect(predicted).toBe(length - 1);
      expect(expected).toHaveLength(length - 1);
      const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
      expectFinite(mean);
      expectClose(loss, mean, absolute(5e-6));
      dispose(state);
    },
  );
});

describe('estimateLoss', () => {
  it('is the same in parts', async () => {
    const state = freshState(smallSettings());
    const options = { batchSize: 5, evalIters: 3, seed: 1 };
    const whole = await estimateLoss(state.model, tokensOf(200), options);
    const rows: number[] = [];
    const loss = state.model.loss.bind(state.model);
    state.model.loss = (x, y) => {
      rows.push(x.shape[0]);
      return loss(x, y);
    };
    expectClose(
      await estimateLoss(state.model, tokensOf(200), { ...options, parts: 3 }),
      whole,
      absolute(1e-6),
    );
    expect(rows).toEqual([1, 2, 2, 1, 2, 2, 1, 2, 2]);
    dispose(state);
  });

  it('is the same for the same seed, and near the loss over everything', async () => {
    const state = freshState(smallSettings());
    const tokens = tokensOf(200);
    const options = { batchSize: 8, evalIters: 40, seed: 1 };
    const loss = await estimateLoss(state.model, tokens, options);
    expect(await estimateLoss(state.model, tokens, options)).toBe(loss);
    expect(await estimateLoss(state.model, tokens, { ...options, seed: 2 })).not.toBe(loss);
    let batches = 0;
    await estimateLoss(state.model, tokens, { ...options, onBatch: () => batches++ });
    expect(batches).toBe(40);
    const whole = (await fullLoss(state.model, tokens, 8)).loss;
    expectFinite(whole);
    expectClose(loss, whole, absolute(0.1));
    dispose(state);
  });
});
