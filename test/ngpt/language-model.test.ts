import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { noGrad } from '../../src/autograd/index.js';
import { createModel, type LanguageModel, type ModelConfig } from '../../src/ngpt/index.js';
import type { LossOptions } from '../../src/ngpt/language-model.js';
import {
  assignInPlace,
  createBackend,
  Generator,
  init,
  liveBuffers,
  ShapeError,
  scope,
  type Tensor,
  tensor,
  withBackend,
} from '../../src/tensor/index.js';
import { configs, randomTokens, scatterScales, tinyConfig } from '../helpers/models/models.js';
import { differenceAt } from '../helpers/models/parameters.js';
import { plainForward } from '../helpers/models/plain-model.js';
import { expectClose } from '../helpers/values/close.js';
import { seeds } from '../helpers/values/draw.js';
import { absolute } from '../helpers/values/tolerance.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

/** The mean loss in plain numbers, from the logits. */
function plainLoss(logits: readonly number[][], targets: readonly number[]): number {
  const losses = targets.flatMap((target, t) => {
    const largest = Math.max(...logits[t]);
    const total = logits[t].reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    return target === -1 ? [] : [Math.log(total) + largest - logits[t][target]];
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / Math.max(1, losses.length);
}

/** A model off its constant values with a batch, and its loss. */
function setUp(config: ModelConfig, seed: number): { model: LanguageModel; x: Tensor; y: Tensor } {
  const generator = new Generator(seed);
  const model = createModel(config, generator);
  scatterScales(model, generator);
  return { model, x: randomTokens(config, generator), y: randomTokens(config, generator) };
}

function enlarge(model: LanguageModel): void {
  scope(() => {
    for (const parameter of model.parameters())
      assignInPlace(parameter, parameter.mul(parameter.rank === 2 ? 10 : 1));
  });
}

const VARIANTS: Partial<ModelConfig>[] = [
  { arch: 'ngpt' },
  { arch: 'ngpt', rope: 'released', nHead: 1 },
  { arch: 'ngpt', qkNorm: false, tieWeights: true },
  { arch: 'ngpt', rope: 'none', nEmbd: 6 },
  { arch: 'gpt' },
  { arch: 'gpt', rope: 'released', tieWeights: true },
  { arch: 'gpt', rope: 'none', nEmbd: 10 },
];

describe('the gradient of a whole model', () => {
  it.each(VARIANTS)('is that of differences, in every parameter: %j', (variant) => {
    const { model, x, y } = setUp(tinyConfig({ alphaInit: 0.3, ...variant }), 3);
    // The baseline starts so small that queries and keys hardly matter.
    if (variant.arch === 'gpt') enlarge(model);
    const loss = () => scope(() => noGrad(() => model.loss(x, y).itemSync()));
    scope(() => model.loss(x, y).backward());
    const generator = new Generator(4);
    for (const [name, parameter] of model.namedParameters()) {
      const gradient = parameter.grad!.dataSync();
      const scale = Math.max(...Array.from(gradient, Math.abs));
      const step = 5e-4 * Math.max(...Array.from(parameter.dataSync(), Math.abs));
      expect(scale, name).toBeGreaterThan(0);
      for (let i = 0; i < 3; i++) {
        const at = generator.integer(parameter.size);
        expectClose(
          gradient[at],
          differenceAt(loss, parameter, at, step),
          absolute(1e-6 * scale),
          `${name}[${at}]`,
        );
      }
    }
    for (const holder of [model, x, y]) holder.dispose();
  });
});

describe('LanguageModel', () => {
  it('has for loss the mean cross-entropy in nats, over the targets that are not −1', async () => {
    const arch = fc.constantFrom('ngpt' as const, 'gpt' as const);
    await fc.assert(
      fc.asyncProperty(arch.chain(configs), seeds, fc.boolean(), async (config, seed, someIgnored) => {
        const { model, x, y } = setUp(config, seed);
        const generator = new Generator(seed);
        const targets = y
          .dataSync()
          .map((target) => (someIgnored && generator.integer(2) === 0 ? -1 : target));
        const state = await model.stateDict();
        const logits = [0, 1].flatMap((row) => {
          const tokens = Array.from(x.dataSync()).slice(row * config.blockSize, (row + 1) * config.blockSize);
          return plainForward(config, state, tokens).logits;
        });
        const loss = scope(() => model.loss(x, tensor(targets, y.shape)).itemSync());
        expectClose(loss, plainLoss(logits, Array.from(targets)), absolute(1e-9));
        for (const holder of [model, x, y]) holder.dispose();
      }),
      { numRuns: 30 },
    );
  });

  it('starts at about the loss of a guess, log V', () => {
    for (const arch of ['ngpt', 'gpt'] as const) {
      const model = createModel(tinyConfig({ arch }), new Generator(1));
      const loss = scope(() => {
        const [x, y] = [1, 2].map((seed) => randomTokens(model.config, new Generator(seed)));
        return model.loss(x, y).itemSync();
      });
      expectClose(loss, Math.log(11), absolute(0.3));
      model.dispose();
    }
  });

  it.each(VARIANTS)(
    'has the same loss and gradients to the bit where blocks are recomputed: %j',
    (variant) => {
      const { model, x, y } = setUp(tinyConfig({ alphaInit: 0.3, ...variant }), 5);
      const run = (recompute: boolean) =>
        scope(() => {
          model.zeroGrad();
          const before = liveBuffers();
          const loss = model.loss(x, y, { recompute });
          const kept = liveBuffers() - before;
          loss.backward();
          return {
            kept,
            values: [loss, ...model.parameters().map(({ grad }) => grad!)].map((t) => t.dataSync()),
          };
        });
      const [whole, recomputed] = [run(false), run(true)];
      expect(recomputed.values).toEqual(whole.values);
      // Of each of the 2 blocks what goes into it; else what every op in it keeps.
      expect(recomputed.kept).toBeLessThan(whole.kept / 2);
      for (const holder of [model, x, y]) holder.dispose();
    },
  );

  it('never has the logits of a large vocabulary all at once', () => {
    const config = tinyConfig({ vocabSize: 2 ** 21, nEmbd: 2, nHead: 1, blockSize: 9, tieWeights: true });
    const { model, x } = setUp(config, 1);
    const rows: number[] = [];
    model.logits = (h) => {
      rows.push(h.size / config.nEmbd);
      return h; // as if there were two tokens
    };
    scope(() => noGrad(() => model.loss(x, x.eq(-1).cast('int32'))));
    expect(rows).toEqual([3, 3, 3, 3, 3, 3]);
    for (const holder of [model, x]) holder.dispose();
  });

  it('has the last of its hidden states before the logits, and the embeddings first', () => {
    const { model, x, y } = setUp(tinyConfig(), 1);
    scope(() =>
      noGrad(() => {
        const states = model.hiddenStates(x);
        expect(states.map(({ shape }) => shape)).toEqual([
          [2, 6, 8],
          [2, 6, 8],
          [2, 6, 8],
        ]);
        expect(states[0].dataSync()).toEqual(model.embedding.forward(x).dataSync());
        expect(states[2].dataSync()).toEqual(model.hidden(x).dataSync());
        expect(model.logits(states[2]).dataSync()).toEqual(model.forward(x).dataSync());
      }),
    );
    for (const holder of [model, x, y]) holder.dispose();
  });

  it('takes sequences shorter than a block, whose logits begin those of longer ones', () => {
    const { model, x, y } = setUp(tinyConfig(), 1);
    const logits = (length: number) =>
      scope(() => noGrad(() => Array.from(model.forward(x.slice(0, 0, 1).slice(1, 0, length)).dataSync())));
    for (const length of [1, 3, 5]) {
      expectClose(logits(length), logits(6).slice(0, length * 11), absolute(1e-14));
    }
    for (const holder of [model, x, y]) holder.dispose();
  });

  it('refuses sequences longer than a block, and leaves nothing behind', () => {
    const { model, x, y } = setUp(tinyConfig(), 1);
    const before = liveBuffers();
    expect(() => scope(() => model.forward(randomTokens(model.config, new Generator(1), [1, 7])))).toThrow(
      ShapeError,
    );
    expect(liveBuffers()).toBe(before);
    for (const holder of [model, x, y]) holder.dispose();
  });

  it('is where it was made, whatever backend is the current one', async () => {
    const own = await createBackend('wasm');
    const { model, x, y } = withBackend(own, () => setUp(tinyConfig(), 1));
    expect(model.backend).toBe(own);
    for (const holder of [model, x, y]) holder.dispose();
  });

  it('keeps for backward what is inside blocks, unless it is to recompute it', () => {
    for (const arch of ['ngpt', 'gpt'] as const) {
      const { model, x, y } = setUp(tinyConfig({ arch }), 1);
      const kept = (options?: LossOptions) =>
        scope(() => {
          const before = liveBuffers();
          model.loss(x, y, options);
          return liveBuffers() - before;
        });
      const byDefault = kept();
      expect(kept({ recompute: false })).toBe(byDefault);
      expect(kept({ recompute: true })).toBeLessThan(byDefault);
      for (const holder of [model, x, y]) holder.dispose();
    }
  });

  it('frees all it holds', () => {
    const before = liveBuffers();
    const { model, x, y } = setUp(tinyConfig(), 1);
    scope(() => model.loss(x, y).backward());
    for (const holder of [model, x, y]) holder.dispose();
    expect(liveBuffers()).toBe(before);
  });

  it('is the same model after its parameters went through a state dict', async () => {
    for (const arch of ['ngpt', 'gpt'] as const) {
      const [a, b] = [setUp(tinyConfig({ arch }), 1), setUp(tinyConfig({ arch }), 2)];
      b.model.loadStateDict(await a.model.stateDict());
      const [left, right] = [a.model, b.model].map((model) =>
        scope(() => noGrad(() => model.forward(a.x).dataSync())),
      );
      expect(right).toEqual(left);
      for (const { model, x, y } of [a, b]) for (const holder of [model, x, y]) holder.dispose();
    }
  });
});

describe.each(['ngpt', 'gpt'] as const)('the memory of a forward pass of %s', (arch) => {
  /** What a pass over wide activations takes on a fresh backend, beyond the parameters. */
  async function bytesOf(nLayer: number, pass: (model: LanguageModel, tokens: Tensor) => unknown) {
    const backend = await init('wasm');
    const config = tinyConfig({ arch, nLayer, blockSize: 256, nEmbd: 32, nHead: 2 });
    const model = createModel(config, new Generator(1));
    const tokens = tensor(new Int32Array(8 * 256), [8, 256]);
    const before = backend.memory().reservedBytes;
    noGrad(() => scope(() => pass(model, tokens)));
    return backend.memory().reservedBytes - before;
  }

  it('does not grow with the layers while nothing is recorded', async () => {
    const loss = (model: LanguageModel, tokens: Tensor) => model.loss(tokens, tokens);
    const two = await bytesOf(2, loss);
    expect(two).toBeGreaterThan(2 ** 20);
    // Memory comes in large pieces, of which one more may be needed.
    expect(await bytesOf(8, loss)).toBeLessThan(1.5 * two);
  });

  it('grows by the hidden states alone where these are asked for', async () => {
    const states = (model: LanguageModel, tokens: Tensor) => model.hiddenStates(tokens);
    const hidden = 8 * 256 * 32 * 4;
    // Free blocks may not fit: room for half as much again.
    expect((await bytesOf(8, states)) - (await bytesOf(2, states))).toBeLessThan(1.5 * 6 * hidden);
  });
});

describe('tokens that are none', () => {
  it.each(['ngpt', 'gpt'] as const)('are refused by %s, with what is wanted', (arch) => {
    const model = createModel(tinyConfig({ arch }), new Generator(1));
    const { blockSize } = model.config;
    const row = tensor(new Int32Array(2));
    for (const use of [
      (tokens: Tensor) => model.forward(tokens),
      (tokens: Tensor) => model.hidden(tokens),
      (tokens: Tensor) => model.hiddenStates(tokens),
      (tokens: Tensor) => model.loss(tokens, tokens),
    ]) {
      expect(() => use(row)).toThrow(
        'model: wants tokens [B, T], got [2]; reshape([1, 2]) makes one row of them',
      );
      expect(() => use(row.reshape([1, 2, 1]))).toThrow(/^model: wants tokens \[B, T\], got \[1, 2, 1\]$/);
      expect(() => use(row.reshape([1, 2]).cast('float32'))).toThrow(
        /^model: the tokens must be int32, got float32/,
      );
      expect(() => use([[0, 1]] as unknown as Tensor)).toThrow(
        /^model: the tokens must be a tensor, got Array; tensor\(\)/,
      );
      const long = tensor(new Int32Array(blockSize + 1), [1, blockSize + 1]);
      expect(() => use(long)).toThrow(
        `model: ${blockSize + 1} tokens in a row are more than blockSize ${blockSize}`,
      );
    }
    model.dispose();
  });
});
