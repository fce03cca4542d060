import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dropout } from '../../../src/nn/layers/dropout.js';
import { ConfigError, Generator, ones, scope, tensor, withBackend } from '../../../src/tensor/index.js';
import { backends } from '../../helpers/kernels/backends.js';
import { expectClose, expectEach } from '../../helpers/values/close.js';
import { Draw } from '../../helpers/values/draw.js';
import { absolute, relative } from '../../helpers/values/tolerance.js';

describe.each(backends)('Dropout on %s', (_, backend) => {
  it('keeps each element with 1 − p, scaled by 1/(1 − p), whatever its neighbours do', () => {
    withBackend(backend, () => {
      const count = 40_000;
      for (const p of [0.1, 0.5, 0.9]) {
        const y = new Dropout(p, new Generator(4)).forward(ones([200, 200])).dataSync();
        const kept = y.filter((value) => value !== 0);
        expectEach(kept, 1 / (1 - p), relative(1e-6));
        // five standard deviations of a binomial
        const deviation = 5 * Math.sqrt(p * (1 - p) * count);
        expectClose(kept.length, count * (1 - p), absolute(deviation));
        const pairs = y.filter((value, i) => i > 0 && value !== 0 && y[i - 1] !== 0).length;
        expectClose(pairs, count * (1 - p) ** 2, absolute(2 * deviation));
      }
    });
  });

  it('passes the gradient where it passed the value', () => {
    withBackend(backend, () =>
      scope(() => {
        const x = tensor(new Draw(3).numbers([50]), [5, 10]).setRequiresGrad();
        const y = new Dropout(0.4, new Generator(5)).forward(x);
        y.sum().backward();
        const values = x.dataSync();
        expectClose(
          x.grad!.dataSync(),
          y.dataSync().map((value, i) => value / values[i]),
          relative(1e-6),
        );
        x.dispose();
      }),
    );
  });

  it('does nothing in evaluation and at probability 0, and draws no numbers for it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(20), (p, length) => {
        withBackend(backend, () => {
          const x = tensor(new Draw(1).numbers([length]), [length]);
          for (const dropout of [new Dropout(p, new Generator(6)).eval(), new Dropout(0, new Generator(6))]) {
            const state = dropout.generator.state();
            expect(dropout.forward(x)).toBe(x);
            expect(dropout.generator.state()).toEqual(state);
          }
        });
      }),
    );
  });

  it('drops everything at probability 1', () => {
    withBackend(backend, () => {
      expect([
        ...new Dropout(1, new Generator(0))
          .forward(tensor([1, -2]))
          .dataSync()
          .map(Math.abs),
      ]).toEqual([0, 0]);
    });
  });

  it('draws a new mask every time, the same ones for the same generator', () => {
    withBackend(backend, () => {
      const run = () => {
        const dropout = new Dropout(0.5, new Generator(7));
        return [0, 1].map(() => [...dropout.forward(ones([64])).dataSync()]);
      };
      const [first, second] = run();
      expect(first).not.toEqual(second);
      expect(run()).toEqual([first, second]);
    });
  });
});

describe('construction', () => {
  it.each([-0.1, 1.1, Number.NaN])('refuses probability %s', (p) => {
    expect(() => new Dropout(p, new Generator(0))).toThrow(ConfigError);
  });
});
