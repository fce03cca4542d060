import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { lossByPosition } from '../../../src/experiments/length/loss-by-position.js';
import { PositionTotals } from '../../../src/experiments/length/position-totals.js';
import { createModel, type LanguageModel, type ModelConfig } from '../../../src/ngpt/index.js';
import { currentBackend, Generator, init } from '../../../src/tensor/index.js';
import { batchesOver } from '../../../src/training/data/batches.js';
import { fullLoss } from '../../../src/training/loop/evaluate.js';
import { configs, MODEL_BACKENDS, scatterScales } from '../../helpers/models/models.js';
import { plainForward } from '../../helpers/models/plain-model.js';
import { expectClose } from '../../helpers/values/close.js';
import { Draw, property, seeds } from '../../helpers/values/draw.js';
import { softmax } from '../../helpers/values/plain.js';
import { absolute, relative } from '../../helpers/values/tolerance.js';

function build(config: ModelConfig, seed: number): LanguageModel {
  const generator = new Generator(seed);
  const model = createModel(config, generator);
  scatterScales(model, generator);
  return model;
}

/** At least one block and the token after it. */
function tokensFor(vocabSize: number, blockSize: number, draw: Draw): Int32Array {
  return draw.integers([blockSize + draw.integer(1, 30)], vocabSize);
}

describe.each(MODEL_BACKENDS)('lossByPosition on %s', (backend, options) => {
  const isDouble = options.dtype === 'float64';
  beforeAll(() => init(backend, options));

  /** With a model of random sizes, data for it, and some ways to divide them. */
  function each(
    check: (given: {
      model: LanguageModel;
      tokens: Int32Array;
      batchSize: number;
      tokensAtOnce: number;
      seed: number;
    }) => Promise<void>,
  ) {
    const arch = fc.constantFrom('ngpt' as const, 'gpt' as const);
    return fc.assert(
      fc.asyncProperty(arch.chain(configs), seeds, async (config, seed) => {
        const draw = new Draw(seed);
        const model = build(config, seed);
        // Of this backend, which is of this file alone: what others left behind may be freed at any time.
        const buffers = () => currentBackend().memory().buffers;
        const before = buffers();
        await check({
          ...{ model, seed, tokens: tokensFor(config.vocabSize, config.blockSize, draw) },
          ...{ batchSize: draw.integer(1, 4), tokensAtOnce: draw.pick(1, 2, 5, 20, 1000) },
        });
        expect(buffers()).toBe(before);
        model.dispose();
      }),
      { numRuns: 40 },
    );
  }

  it('is on average that of fullLoss, in whatever pieces it is worked out', async () => {
    await each(async ({ model, tokens, batchSize, tokensAtOnce }) => {
      const { blockSize } = model.config;
      const batches = batchesOver(tokens, blockSize, batchSize);
      const found = await lossByPosition(model, blockSize, batches, { tokensAtOnce });
      const full = await fullLoss(model, tokens, batchSize);
      // Logits of each are off by up to 1e-5 in floats, as the tests of models hold, and a loss by twice as much.
      expectClose(found.loss, full.loss, isDouble ? relative(1e-12) : absolute(4e-5));
      expect([found.blockSize, found.tokens]).toEqual([blockSize, full.tokens]);
    });
  });

  it('is what the plain model loses at each position', async () => {
    await each(async ({ model, tokens, tokensAtOnce }) => {
      const { blockSize } = model.config;
      const weights = await model.stateDict();
      const losses = Array.from({ length: blockSize }, () => [] as number[]);
      for (let start = 0; start + 1 < tokens.length; start += blockSize) {
        const block = [...tokens.subarray(start, Math.min(start + blockSize, tokens.length - 1))];
        for (const [i, row] of plainForward(model.config, weights, block).logits.entries()) {
          losses[i].push(-Math.log(softmax(row)[tokens[start + i + 1]]));
        }
      }
      const batches = batchesOver(tokens, blockSize, 2);
      const found = await lossByPosition(model, blockSize, batches, { tokensAtOnce });
      const wanted = losses.map((at) => at.reduce((sum, loss) => sum + loss, 0) / at.length);
      expectClose(found.lossByPosition, wanted, relative(isDouble ? 1e-9 : 1e-3));
    });
  });

  it('on short blocks does not depend on how far the rotary table reaches', async () => {
    await each(async ({ model, tokens, tokensAtOnce, seed }) => {
      const { blockSize } = model.config;
      const longer = build({ ...model.config, blockSize: 3 * blockSize }, seed);
      const [short, long] = await Promise.all(
        [model, longer].map((each) =>
          lossByPosition(each, blockSize, batchesOver(tokens, blockSize, 2), { tokensAtOnce }),
        ),
      );
      expect(long).toEqual(short);
      longer.dispose();
    });
  });

  it('tells how many tokens it has been through', async () => {
    await each(async ({ model, tokens, batchSize, tokensAtOnce }) => {
      const { blockSize } = model.config;
      const told: number[] = [];
      const options = { tokensAtOnce, told: (count: number) => told.push(count) };
      await lossByPosition(model, blockSize, batchesOver(tokens, blockSize, batchSize), options);
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(told.at(-1)).toBe(tokens.length - 1);
    });
  });
});

describe('PositionTotals', () => {
  it('has the means of plain loops, in buckets that double in size', () => {
    property((draw) => {
      const blockSize = draw.pick(1, 2, 15, 16, 17, 40, 64, 100);
      const totals = new PositionTotals(blockSize);
      const all = Array.from({ length: blockSize }, () => [] as number[]);
      const add = (rows: number, first: number, length: number) => {
        const losses = draw.numbers([rows, length]);
        for (const [i, loss] of losses.entries()) all[first + (i % length)].push(loss);
        totals.add(losses, first, length);
      };
      // Two whole rows in pieces, and a shorter block.
      const cut = draw.integer(0, blockSize - 1);
      if (cut > 0) add(2, 0, cut);
      add(2, cut, blockSize - cut);
      add(1, 0, draw.integer(1, blockSize));

      const mean = (values: readonly number[]) =>
        values.reduce((sum, value) => sum + value, 0) / values.length;
      const { buckets, loss, lossByPosition: byPosition, tokens } = totals.result();
      expect(tokens).toBe(all.flat().length);
      expectClose(loss, mean(all.flat()), absolute(1e-12));
      expectClose(byPosition, all.map(mean), absolute(1e-12));
      expect(buckets.flatMap(({ from, to }) => [from, to])).toEqual(
        [0, 16, 32, 64, 128].flatMap((from, i) =>
          from < blockSize ? [from, Math.min(16 * 2 ** i, blockSize)] : [],
        ),
      );
      for (const { from, to, loss: inBucket } of buckets) {
        expectClose(inBucket, mean(all.slice(from, to).flat()), absolute(1e-12));
      }
    });
  });
});
