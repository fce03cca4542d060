import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ModelConfig, NormalizedAttention } from '../../../src/ngpt/index.js';
import { Rotary, rotaryTable } from '../../../src/nn/index.js';
import {
  assignInPlace,
  Generator,
  init,
  normal,
  rope,
  scope,
  type Tensor,
  tensor,
  unit,
} from '../../../src/tensor/index.js';
import { tinyConfig } from '../../helpers/models/models.js';
import { expectApart, expectClose, expectEach } from '../../helpers/values/close.js';
import { seeds } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

/** The same rotary step for a sequence that starts at `start`. */
class LaterRotary extends Rotary {
  constructor(
    private readonly start: number,
    ...[positions, headDim, options]: ConstructorParameters<typeof Rotary>
  ) {
    super(positions + start, headDim, options);
  }

  override forward(x: Tensor, offset = 0): Tensor {
    return super.forward(x, offset + this.start);
  }
}

function build(given: Partial<ModelConfig> = {}, seed = 1, start = 0): NormalizedAttention {
  const config = tinyConfig(given);
  const { blockSize, nEmbd, nHead, rope, ropeBase } = config;
  const rotary =
    rope === 'none'
      ? null
      : new LaterRotary(start, blockSize, nEmbd / nHead, { base: ropeBase, variant: rope });
  return new NormalizedAttention(config, rotary, new Generator(seed));
}

/** Unit hidden states [2, blockSize, d]. */
function states(seed: number): Tensor {
  return unit(normal(new Generator(seed), [2, 6, 8]));
}

function output(attention: NormalizedAttention, seed: number): ArrayLike<number> {
  return scope(() => attention.forward(states(seed)).dataSync());
}

/** Multiplies a parameter by a number, or by one per element. */
function multiply(parameter: Tensor, factor: number | readonly number[]): void {
  scope(() => {
    const factors = typeof factor === 'number' ? factor : tensor(factor, parameter.shape);
    assignInPlace(parameter, parameter.mul(factors));
  });
}

describe('NormalizedAttention', () => {
  it('gives unit vectors', () => {
    fc.assert(
      fc.property(seeds, fc.boolean(), (seed, qkNorm) => {
        const attention = build({ qkNorm }, seed);
        const lengths = scope(() => attention.forward(states(seed)).square().sum(-1).dataSync());
        expectEach(lengths, 1, absolute(1e-14));
        attention.dispose();
      }),
      { numRuns: 20 },
    );
  });

  // Point 10 of the design: before scaling, every product is a cosine.
  it('multiplies unit vectors only: all products lie in [−1, 1] before scaling', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const attention = build({}, seed);
        const largest = scope(() => {
          const h = states(seed);
          const projections = [attention.query, attention.key, attention.value].map((layer) =>
            layer.forward(h),
          );
          const [q, k] = projections.map((x) => unit(x.reshape([2, 6, 2, 4])).permute([0, 2, 1, 3]));
          const products = [...projections, q.matmul(k, { transposeB: true })];
          return products.map((x) => x.abs().max().itemSync());
        });
        for (const value of largest) expect(value).toBeLessThanOrEqual(1 + 1e-15);
        attention.dispose();
      }),
      { numRuns: 20 },
    );
  });

  it('multiplies q·k by √d_k: s_qk divided by √d_k makes it the 1/√d_k of the usual attention', () => {
    const attention = build({ nHead: 1 });
    multiply(attention.sqk, 1 / Math.sqrt(8));
    scope(() => {
      const h = states(3);
      const [q, k] = [attention.query, attention.key].map((layer) =>
        unit(rope(layer.forward(h).reshape([2, 6, 1, 8]), rotaryTable(6, 8))).reshape([2, 6, 8]),
      );
      const scores = q.matmul(k, { transposeB: true }).mul(1 / Math.sqrt(8));
      const past = Float64Array.from({ length: 36 }, (_, i) => (i % 6 > Math.floor(i / 6) ? -1e9 : 0));
      const weights = scores.add(tensor(past, [6, 6])).softmax();
      const expected = unit(attention.projection.forward(weights.matmul(attention.value.forward(h))));
      expectClose(attention.forward(h), expected, absolute(1e-14));
    });
    attention.dispose();
  });

  // Paper 2.3.2. Queries and keys both carry s_qk, so that √d_k/d_k is 1/√d_k of each.
  it('multiplies q·k by 1/√d_k with softmaxScale rsqrt, which divides what √d_k gives by d_k', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(1, 2, 4), fc.boolean(), (seed, nHead, qkNorm) => {
        const [sqrt, rsqrt] = (['sqrt', 'rsqrt'] as const).map((softmaxScale) =>
          build({ nHead, qkNorm, softmaxScale }, seed),
        );
        const found = output(rsqrt, seed);
        expectApart(found, output(sqrt, seed), absolute(1e-5));
        multiply(sqrt.sqk, 1 / Math.sqrt(8 / nHead));
        expectClose(found, output(sqrt, seed), absolute(1e-13));
        sqrt.dispose();
        rsqrt.dispose();
      }),
      { numRuns: 20 },
    );
  });

  it('normalizes queries and keys per head: the length of their rows changes nothing', () => {
    const attention = build();
    const before = output(attention, 5);
    for (const { weight } of [attention.query, attention.key]) multiply(weight, 3);
    expectClose(output(attention, 5), before, absolute(1e-14));
    attention.dispose();
  });

  it('does not with qkNorm false, an ablation that keeps the scale', () => {
    const attention = build({ qkNorm: false });
    const before = output(attention, 5);
    multiply(attention.query.weight, 3);
    const longer = output(attention, 5);
    expectApart(longer, before, absolute(1e-3));
    // Both queries and keys are scaled, so 3 in the queries is √3 in s_qk.
    multiply(attention.query.weight, 1 / 3);
    multiply(attention.sqk, Math.sqrt(3));
    expectClose(output(attention, 5), longer, absolute(1e-13));
    attention.dispose();
  });

  it('starts with s_qk acting as 1', () => {
    const attention = build();
    const acting = scope(() => attention.sqk.value().dataSync());
    expectClose(acting, new Array<number>(8).fill(1), absolute(1e-15));
    attention.dispose();
  });

  it('gives each dimension its own s_qk, where the sign of both cancels', () => {
    const attention = build();
    const before = output(attention, 5);
    multiply(attention.sqk, [1, -1, 1, 1, -1, -1, 1, -1]);
    expectClose(output(attention, 5), before, absolute(1e-14));
    multiply(attention.sqk, [1, 1, 1, 1, 1, 1, 4, 1]);
    expectApart(output(attention, 5), before, absolute(1e-4));
    attention.dispose();
  });

  // With s_qk equal in both of a pair, as it is at first: it acts after the rotation.
  it('attends to relative positions only, when the rotary step is a rotation', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 200 }), fc.boolean(), (seed, start, qkNorm) => {
        const [here, later] = [build({ qkNorm }, seed), build({ qkNorm }, seed, start)];
        expectClose(output(here, seed), output(later, seed), absolute(1e-12));
        here.dispose();
        later.dispose();
      }),
      { numRuns: 20 },
    );
  });

  it('but not with the step of the released code', () => {
    const [here, later] = [build({ rope: 'released' }), build({ rope: 'released' }, 1, 7)];
    expectApart(output(here, 1), output(later, 1), absolute(1e-3));
    here.dispose();
    later.dispose();
  });

  /** What the last token gets, where the states come in this order. */
  const last = (attention: NormalizedAttention, order: number[]) =>
    scope(() => {
      const h = states(2).slice(0, 0, 1);
      const swapped = order.map((t) =>
        h
          .slice(1, t, t + 1)
          .reshape([8])
          .dataSync(),
      );
      const x = tensor(Float64Array.from(swapped.flatMap((row) => Array.from(row))), [1, 6, 8]);
      return attention.forward(x).slice(1, -1).dataSync();
    });

  it('sees in which order the past came', () => {
    const attention = build();
    const there = last(attention, [0, 1, 2, 3, 4, 5]);
    expectApart(there, last(attention, [3, 1, 2, 0, 4, 5]), absolute(1e-4));
    attention.dispose();
  });

  it('but not with rope none, which sees that there is a past and what is in it', () => {
    const attention = build({ rope: 'none' });
    const there = last(attention, [0, 1, 2, 3, 4, 5]);
    expectClose(there, last(attention, [3, 1, 2, 0, 4, 5]), absolute(1e-14));
    expectApart(there, last(attention, [3, 1, 2, 2, 4, 5]), absolute(1e-4));
    attention.dispose();
  });

  it('has no more than its four matrices and s_qk', () => {
    const attention = build();
    expect(attention.namedParameters().map(([name]) => name)).toEqual([
      'query.weight',
      'key.weight',
      'value.weight',
      'att_c_proj.weight',
      'sqk',
    ]);
    attention.dispose();
  });
});
