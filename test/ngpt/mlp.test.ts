import { beforeAll, describe, expect, it } from 'vitest';
import { NormalizedMLP } from '../../src/ngpt/index.js';
import {
  assignInPlace,
  concat,
  full,
  Generator,
  init,
  normal,
  scope,
  type Tensor,
  unit,
} from '../../src/tensor/index.js';
import { tinyConfig } from '../helpers/models/models.js';
import { expectApart, expectClose, expectEach } from '../helpers/values/close.js';
import { dot } from '../helpers/values/plain.js';
import { absolute } from '../helpers/values/tolerance.js';

const D = 8;
const M = 12;

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

function build(): NormalizedMLP {
  return new NormalizedMLP(tinyConfig(), new Generator(1));
}

/** Unit hidden states [1, 5, d]. */
function states(): Tensor {
  return unit(normal(new Generator(2), [1, 5, D]));
}

function output(mlp: NormalizedMLP): ArrayLike<number> {
  return scope(() => mlp.forward(states()).dataSync());
}

/** Multiplies s_u and s_v. */
function multiply(mlp: NormalizedMLP, [u, v]: readonly [number, number]): void {
  scope(() => assignInPlace(mlp.suv, mlp.suv.mul(concat([full([M], u), full([M], v)]))));
}

describe('NormalizedMLP', () => {
  it('is unit(W_mlp·(u ⊙ silu(v))) with √d in front of u and v, in plain numbers', () => {
    const mlp = build();
    const [expansion, projection] = [mlp.expansion, mlp.projection].map((layer) => layer.weight.dataSync());
    const expected = scope(() => Array.from(states().dataSync()));
    for (let t = 0; t < 5; t++) {
      const h = expected.slice(t * D, (t + 1) * D);
      const uv = Array.from({ length: 2 * M }, (_, i) => {
        return Math.sqrt(D) * dot(Array.from(expansion.slice(i * D, (i + 1) * D)), h);
      });
      const gated = Array.from({ length: M }, (_, i) => (uv[i] * uv[M + i]) / (1 + Math.exp(-uv[M + i])));
      const target = Array.from({ length: D }, (_, i) =>
        dot(Array.from(projection.slice(i * M, (i + 1) * M)), gated),
      );
      const length = Math.sqrt(dot(target, target));
      for (let i = 0; i < D; i++) expected[t * D + i] = target[i] / length;
    }
    expectClose(output(mlp), expected, absolute(1e-14));
    mlp.dispose();
  });

  it('gives unit vectors', () => {
    const mlp = build();
    const lengths = scope(() => mlp.forward(states()).square().sum(-1).dataSync());
    expectEach(lengths, 1, absolute(1e-14));
    mlp.dispose();
  });

  it('starts with s_u and s_v of 1', () => {
    const mlp = build();
    expect(Array.from(mlp.suv.dataSync())).toEqual(new Array<number>(2 * M).fill(1));
    mlp.dispose();
  });

  it('forgets the size of s_u, because the end is unit, and keeps its sign', () => {
    const mlp = build();
    const before = output(mlp);
    multiply(mlp, [5, 1]);
    expectClose(output(mlp), before, absolute(1e-14));
    multiply(mlp, [-1, 1]);
    expectClose(
      output(mlp),
      Array.from(before, (value) => -value),
      absolute(1e-14),
    );
    mlp.dispose();
  });

  it('lets s_v say how much of a gate v is: small ones make silu a straight line', () => {
    const mlp = build();
    const before = output(mlp);
    multiply(mlp, [1, 5]);
    expectApart(output(mlp), before, absolute(0.05));
    multiply(mlp, [1, 1e-9]);
    const linear = scope(() => {
      const [u, v] = mlp.expansion.forward(states()).split(2);
      return unit(mlp.projection.forward(u.mul(v))).dataSync();
    });
    expectClose(output(mlp), linear, absolute(1e-7));
    mlp.dispose();
  });
});
