import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  hypersphere,
  type ModelConfig,
  NormalizedAttention,
  NormalizedBlock,
  NormalizedMLP,
} from '../../src/ngpt/index.js';
import { Linear, Rotary } from '../../src/nn/index.js';
import {
  assignInPlace,
  full,
  Generator,
  init,
  normal,
  scope,
  type Tensor,
  tensor,
  unit,
} from '../../src/tensor/index.js';
import { tinyConfig } from '../helpers/models/models.js';
import { expectClose, expectEach } from '../helpers/values/close.js';
import { seeds } from '../helpers/values/draw.js';
import { absolute, EXACT } from '../helpers/values/tolerance.js';

const { geodesicDistance } = hypersphere;

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

function build(given: Partial<ModelConfig> = {}, seed = 1): NormalizedBlock {
  const config = tinyConfig(given);
  const rotary = new Rotary(config.blockSize, config.nEmbd / config.nHead);
  return new NormalizedBlock(config, rotary, new Generator(seed));
}

/** Unit hidden states [2, 6, 8]. */
function states(seed: number): Tensor {
  return unit(normal(new Generator(seed), [2, 6, 8]));
}

/** Makes α, which is stored in units of 1/(alphaInit·√d), act as `value` in every dimension. */
function setAlpha(alpha: Tensor, value: number): void {
  scope(() => assignInPlace(alpha, full([8], value / (0.05 * Math.sqrt(8)))));
}

describe('NormalizedBlock', () => {
  it('gives unit vectors, however large the eigen learning rates', () => {
    const rates = fc.constantFrom(0, 0.05, 1, -3, 1e6);
    fc.assert(
      fc.property(seeds, rates, rates, (seed, attention, mlp) => {
        const block = build({}, seed);
        setAlpha(block.attnAlpha, attention);
        setAlpha(block.mlpAlpha, mlp);
        const lengths = scope(() => block.forward(states(seed)).square().sum(-1).dataSync());
        expectEach(lengths, 1, absolute(1e-14));
        block.dispose();
      }),
      { numRuns: 20 },
    );
  });

  it('starts with rates that act as alphaInit, stored as 1/√d', () => {
    const block = build({ alphaInit: 0.3 });
    for (const alpha of [block.attnAlpha, block.mlpAlpha]) {
      const [acting, stored] = scope(() => [alpha.value().dataSync(), alpha.dataSync()]);
      expectClose(acting, new Array<number>(8).fill(0.3), absolute(1e-15));
      expectClose(stored, new Array<number>(8).fill(1 / Math.sqrt(8)), absolute(1e-15));
    }
    block.dispose();
  });

  it('stays where it is with rates of 0', () => {
    const block = build();
    setAlpha(block.attnAlpha, 0);
    setAlpha(block.mlpAlpha, 0);
    scope(() => {
      const h = states(3);
      expectClose(block.forward(h), h, absolute(1e-15));
    });
    block.dispose();
  });

  it('goes all the way with rates of 1: to what the attention says, then from there to what the MLP says', () => {
    const block = build();
    setAlpha(block.attnAlpha, 1);
    setAlpha(block.mlpAlpha, 0);
    scope(() => {
      const h = states(3);
      expectClose(block.forward(h), block.attention.forward(h), absolute(1e-14));
      setAlpha(block.mlpAlpha, 1);
      const target = block.mlp.forward(block.attention.forward(h));
      expectClose(block.forward(h), target, absolute(1e-14));
    });
    block.dispose();
  });

  it('takes the absolute value of the rates', () => {
    const [block, mirrored] = [build(), build()];
    scope(() => {
      const signs = tensor([1, -1, -1, 1, -1, 1, 1, -1]);
      for (const alpha of [mirrored.attnAlpha, mirrored.mlpAlpha]) assignInPlace(alpha, alpha.mul(signs));
      expectClose(block.forward(states(3)), mirrored.forward(states(3)), EXACT);
    });
    block.dispose();
    mirrored.dispose();
  });

  // Paper 2.2.2: the update approximates SLERP; with one rate for all dimensions it is on that great circle.
  it('moves along the great circle towards the target, when all dimensions have one rate', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0.01, 0.3, 0.9), (seed, rate) => {
        const block = build({}, seed);
        setAlpha(block.attnAlpha, rate);
        setAlpha(block.mlpAlpha, 0);
        scope(() => {
          const h = states(seed);
          const target = block.attention.forward(h);
          const next = block.forward(h);
          const there = geodesicDistance(h, next).add(geodesicDistance(next, target));
          expectClose(there, geodesicDistance(h, target), absolute(1e-13));
        });
        block.dispose();
      }),
      { numRuns: 20 },
    );
  });

  // Embeddings, the only states that may not be unit yet, are tuned along the sphere only.
  it('does not see how long the states are, so that nothing is passed back along them', () => {
    const block = build({ alphaInit: 0.3 });
    scope(() => {
      const h = states(3).detach().setRequiresGrad();
      expectClose(block.forward(h.mul(7)), block.forward(h), absolute(1e-14));
      block
        .forward(h)
        .mul(normal(new Generator(4), h.shape))
        .sum()
        .backward();
      expectClose(h.grad!.mul(h).sum(), 0, absolute(1e-13));
      expect(h.grad!.abs().max().itemSync()).toBeGreaterThan(1e-3);
    });
    block.dispose();
  });

  // Point 1 of the design.
  it('is made of matrices and scales: there is no normalization layer in it', () => {
    const block = build();
    expect(block.namedModules().map(([name, module]) => [name, module.constructor])).toEqual([
      ['', NormalizedBlock],
      ['', NormalizedAttention],
      ['query', Linear],
      ['key', Linear],
      ['value', Linear],
      ['att_c_proj', Linear],
      ['', NormalizedMLP],
      ['c_fc', Linear],
      ['mlp_c_proj', Linear],
    ]);
    block.dispose();
  });
});
