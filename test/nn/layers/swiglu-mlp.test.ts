import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialise, SwiGLUMLP } from '../../../src/nn/index.js';
import { Generator, tensor, withBackend } from '../../../src/tensor/index.js';
import { backends, toleranceOf } from '../../helpers/kernels/backends.js';
import { axisSize } from '../../helpers/values/arbitraries.js';
import { expectClose } from '../../helpers/values/close.js';
import { Draw } from '../../helpers/values/draw.js';
import { matvec, rowsOf } from '../../helpers/values/plain.js';

describe.each(backends)('SwiGLUMLP on %s', (_, backend) => {
  it('is W_proj·(u ⊙ silu(v)) with u the first half of W_fc·x', () => {
    fc.assert(
      fc.property(axisSize, axisSize, fc.nat(3), fc.nat(1000), (width, hidden, length, seed) => {
        withBackend(backend, () => {
          const mlp = new SwiGLUMLP(width, hidden, new Generator(seed), { initialiser: initialise.normal() });
          expect(mlp.namedParameters().map(([name, { shape }]) => [name, shape])).toEqual([
            ['c_fc.weight', [2 * hidden, width]],
            ['mlp_c_proj.weight', [width, hidden]],
          ]);
          const [expansion, projection] = mlp.parameters().map((p) => p.dataSync());
          const x = new Draw(seed).numbers([2 * length * width], Math.fround);
          const y = mlp.forward(tensor(x, [2, length, width]));
          expect(y.shape).toEqual([2, length, width]);
          const wanted = rowsOf(x, width).flatMap((row) => {
            const uv = matvec(expansion, row);
            const gated = Array.from({ length: hidden }, (_u, i) => {
              const v = uv[hidden + i];
              return uv[i] * (v / (1 + Math.exp(-v)));
            });
            return matvec(projection, gated);
          });
          expectClose(y.dataSync(), wanted, toleranceOf(backend, 2));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('initialises its two matrices as told', () => {
    withBackend(backend, () => {
      const mlp = new SwiGLUMLP(2, 2, new Generator(0), {
        initialiser: initialise.ones(),
        projectionInitialiser: initialise.zeros(),
      });
      expect(mlp.parameters().map((p) => p.sum().itemSync())).toEqual([8, 0]);
    });
  });
});
