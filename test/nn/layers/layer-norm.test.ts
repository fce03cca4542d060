import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LayerNorm } from '../../../src/nn/layers/layer-norm.js';
import { assignInPlace, tensor, withBackend } from '../../../src/tensor/index.js';
import { backends, toleranceOf } from '../../helpers/kernels/backends.js';
import { axisSize, floats } from '../../helpers/values/arbitraries.js';
import { expectClose } from '../../helpers/values/close.js';
import { rowsOf } from '../../helpers/values/plain.js';
import { relative } from '../../helpers/values/tolerance.js';

const cases = fc.tuple(axisSize, fc.nat(4)).chain(([width, rows]) =>
  fc.record({
    width: fc.constant(width),
    x: floats(rows * width),
    weight: floats(width, 2),
    bias: fc.option(floats(width, 2)),
  }),
);

function layerNorm(row: number[], weight: number[], bias: number[] | null, epsilon: number): number[] {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
  return row.map((x, i) => ((x - mean) / Math.sqrt(variance + epsilon)) * weight[i] + (bias?.[i] ?? 0));
}

describe.each(backends)('LayerNorm on %s', (_, backend) => {
  it('is (x − mean) / √(variance + ε) ⊙ weight + bias', () => {
    fc.assert(
      fc.property(cases, ({ width, x, weight, bias }) => {
        withBackend(backend, () => {
          // a large ε keeps the comparison fair where all values of a row are nearly the same
          const layer = new LayerNorm(width, { bias: bias !== null, epsilon: 0.1 });
          assignInPlace(layer.weight, tensor(weight));
          if (bias !== null) assignInPlace(layer.bias!, tensor(bias));
          const y = layer.forward(tensor(x, [x.length / width, 1, width]));
          expect(y.shape).toEqual([x.length / width, 1, width]);
          const wanted = rowsOf(x, width).flatMap((row) => layerNorm(row, weight, bias, 0.1));
          expectClose(y.dataSync(), wanted, toleranceOf(backend));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('has ε 1e-5, weight 1 and bias 0 at first', () => {
    withBackend(backend, () => {
      const layer = new LayerNorm(2);
      expect(layer.namedParameters().map(([name, p]) => [name, ...p.dataSync()])).toEqual([
        ['weight', 1, 1],
        ['bias', 0, 0],
      ]);
      expectClose(
        layer.forward(tensor([[1, -1]])).dataSync(),
        [1, -1].map((x) => x / Math.sqrt(1 + 1e-5)),
        relative(1e-6),
      );
      expect(new LayerNorm(2, { bias: false }).bias).toBeNull();
    });
  });
});
