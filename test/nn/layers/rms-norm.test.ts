import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RMSNorm } from '../../../src/nn/layers/rms-norm.js';
import { assignInPlace, tensor, withBackend } from '../../../src/tensor/index.js';
import { backends, toleranceOf } from '../../helpers/kernels/backends.js';
import { axisSize, floats } from '../../helpers/values/arbitraries.js';
import { expectClose } from '../../helpers/values/close.js';
import { dot, rowsOf } from '../../helpers/values/plain.js';

const cases = fc
  .tuple(axisSize, fc.nat(4))
  .chain(([width, rows]) =>
    fc.record({ width: fc.constant(width), x: floats(rows * width), weight: floats(width, 2) }),
  );

describe.each(backends)('RMSNorm on %s', (_, backend) => {
  it.each([undefined, 0.5])('is x / √(mean(x²) + ε) ⊙ weight, ε %s', (epsilon) => {
    fc.assert(
      fc.property(cases, ({ width, x, weight }) => {
        withBackend(backend, () => {
          const layer = new RMSNorm(width, epsilon === undefined ? {} : { epsilon });
          assignInPlace(layer.weight, tensor(weight));
          const y = layer.forward(tensor(x, [1, x.length / width, width]));
          expect(y.shape).toEqual([1, x.length / width, width]);
          const wanted = rowsOf(x, width).flatMap((row) => {
            const root = Math.sqrt(dot(row, row) / width + (epsilon ?? 1e-6));
            return row.map((value, i) => (value / root) * weight[i]);
          });
          expectClose(y.dataSync(), wanted, toleranceOf(backend));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('starts with weight 1 and maps zeros to zeros', () => {
    withBackend(backend, () => {
      const layer = new RMSNorm(3);
      expect(layer.namedParameters().map(([name]) => name)).toEqual(['weight']);
      expect([...layer.weight.dataSync()]).toEqual([1, 1, 1]);
      expect([...layer.forward(tensor([[0, 0, 0]])).dataSync()]).toEqual([0, 0, 0]);
    });
  });
});
