/** `rope: 'none'`, and the sizes that it lets a model have. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createModel,
  createOptimizer,
  type ModelConfig,
  maxHiddenNormError,
  maxNormError,
  modelConfig,
} from '../../src/ngpt/index.js';
import { Rotary } from '../../src/nn/index.js';
import { Generator, init, liveBuffers, scope, tensor } from '../../src/tensor/index.js';
import { MODEL_BACKENDS } from '../helpers/models/models.js';

/** The sphere that can be drawn: three dimensions, one head. */
const TOY = { vocabSize: 5, blockSize: 6, nLayer: 2, nHead: 1, nEmbd: 3, rope: 'none' } as const;

/** Each letter says which comes next: no position is needed to know it. */
function cycle(start: number): number[] {
  return Array.from({ length: TOY.blockSize + 1 }, (_, t) => (start + 2 * t) % TOY.vocabSize);
}

const ROWS = Array.from({ length: TOY.vocabSize }, (_, start) => cycle(start));
const SHAPE = [TOY.vocabSize, TOY.blockSize];

describe.each(MODEL_BACKENDS)('a model of three dimensions without positions, on %s', (name, options) => {
  beforeAll(async () => {
    await init(name, options);
  });

  it.each<Partial<ModelConfig>>([
    { arch: 'ngpt' },
    { arch: 'ngpt', residual: 'slerp' },
    { arch: 'ngpt', tieWeights: true },
    { arch: 'gpt' },
  ])('learns, with nothing left behind and an nGPT on the sphere: %j', async (given) => {
    const before = liveBuffers();
    const model = createModel(modelConfig({ ...TOY, ...given }), new Generator(1));
    const optimizer = createOptimizer(model, { learningRate: 0.1 });
    const x = tensor(Int32Array.from(ROWS.flatMap((row) => row.slice(0, -1))), SHAPE);
    const y = tensor(Int32Array.from(ROWS.flatMap((row) => row.slice(1))), SHAPE);
    const step = () =>
      scope(() => {
        const loss = model.loss(x, y);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step({ maxNorm: 1 });
        return loss.itemSync();
      });
    const losses = Array.from({ length: 40 }, step);
    expect(losses[0]).toBeGreaterThan(1.2);
    expect(losses[39]).toBeLessThan(0.4);
    if (model.config.arch === 'ngpt') {
      expect(await maxNormError(model)).toBeLessThan(1e-6);
      expect(await maxHiddenNormError(model, x)).toBeLessThan(1e-6);
    }
    expect(model.namedModules().some(([, module]) => module instanceof Rotary)).toBe(false);
    model.zeroGrad();
    for (const holder of [optimizer, model, x, y]) holder.dispose();
    expect(liveBuffers()).toBe(before);
  });
});
