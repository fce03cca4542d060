import { beforeAll, describe, expect, it } from 'vitest';
import {
  attention,
  detectAnomaly,
  Generator,
  init,
  NumericError,
  normal,
  scope,
  sphereStep,
  tensor,
} from '../../src/index.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

describe('detectAnomaly', () => {
  it('names the op that first made a NaN', () => {
    const f = () => detectAnomaly(() => tensor([1, -1]).log().exp().sum());
    expect(f).toThrow(NumericError);
    expect(f).toThrow(/^log produced NaN at element 1 of \[2\]/);
  });

  it('names the op that first made an infinity', () => {
    expect(() => detectAnomaly(() => tensor([1000]).exp().mul(0))).toThrow(/^exp produced Infinity/);
  });

  it('names the derivative', () => {
    const x = tensor([0]).setRequiresGrad();
    expect(() => detectAnomaly(() => x.sqrt().backward())).toThrow(
      /^the derivative of sqrt produced Infinity/,
    );
  });

  it('looks at fused ops as a whole: the minus infinities of a mask are no anomaly', () => {
    const x = normal(new Generator(1), [1, 3, 1, 2]).setRequiresGrad();
    const value = detectAnomaly(() => {
      const y = attention(x, x, x, 1).sum();
      y.backward();
      return y;
    });
    expect(Number.isFinite(value.itemSync())).toBe(true);
  });

  it('lets what is finite pass, and stops watching afterwards', () => {
    const [h, alpha] = [tensor([[1, 0]]), tensor([0.1, 0.1])];
    detectAnomaly(() => scope(() => void sphereStep(h, h, alpha)));
    expect(Number.isNaN(tensor([-1]).log().itemSync())).toBe(true);
    expect(() => detectAnomaly(() => tensor([-1]).log())).toThrow();
    expect(Number.isNaN(tensor([-1]).log().itemSync())).toBe(true);
  });
});
