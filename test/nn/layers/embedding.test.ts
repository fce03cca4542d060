import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Embedding, initialise } from '../../../src/nn/index.js';
import { DTypeError, Generator, scope, tensor, withBackend } from '../../../src/tensor/index.js';
import { backends, reference64 } from '../../helpers/kernels/backends.js';
import { axisSize } from '../../helpers/values/arbitraries.js';
import { expectClose } from '../../helpers/values/close.js';
import { rowsOf } from '../../helpers/values/plain.js';
import { EXACT } from '../../helpers/values/tolerance.js';

const cases = fc.tuple(axisSize, axisSize).chain(([count, width]) =>
  fc.record({
    count: fc.constant(count),
    width: fc.constant(width),
    indices: fc.array(fc.integer({ min: 0, max: count - 1 }), { maxLength: 12 }),
  }),
);

describe.each(backends)('Embedding on %s', (_, backend) => {
  it('gives the rows of its table, and their gradients come back added up', () => {
    fc.assert(
      fc.property(cases, ({ count, width, indices }) => {
        withBackend(backend, () =>
          scope(() => {
            const layer = new Embedding(count, width, new Generator(1));
            const table = rowsOf(layer.weight.dataSync(), width);
            const tokens = tensor(Int32Array.from(indices), [1, indices.length]);
            const found = layer.forward(tokens);
            expect(found.shape).toEqual([1, indices.length, width]);
            expectClose(
              found.dataSync(),
              indices.flatMap((index) => table[index]),
              EXACT,
            );
            found.sum().backward();
            const uses = table.map((_row, row) => indices.filter((index) => index === row).length);
            expectClose(
              layer.weight.grad!.dataSync(),
              uses.flatMap((n) => new Array<number>(width).fill(n)),
              EXACT,
            );
            layer.dispose();
          }),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('construction', () => {
  it('has a weight [count, size]; takes an initialiser and a unit axis', () => {
    const layer = withBackend(
      reference64,
      () => new Embedding(3, 2, new Generator(0), { initialiser: initialise.ones(), unitAxis: 1 }),
    );
    expect(layer.namedParameters()).toEqual([['weight', layer.weight]]);
    expect([layer.weight.shape, layer.weight.unitAxis]).toEqual([[3, 2], 1]);
    expect([...layer.weight.dataSync()]).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('refuses indices that are not int32', () => {
    withBackend(reference64, () => {
      expect(() => new Embedding(3, 2, new Generator(0)).forward(tensor([1]))).toThrow(DTypeError);
    });
  });
});
