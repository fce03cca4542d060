import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Embedding, initialise, Linear } from '../../../src/nn/index.js';
import { Generator, ShapeError, withBackend, zeros } from '../../../src/tensor/index.js';
import { backends, reference64, toleranceOf } from '../../helpers/kernels/backends.js';
import { messageOf } from '../../helpers/thrown.js';
import { axisSize } from '../../helpers/values/arbitraries.js';
import { expectClose } from '../../helpers/values/close.js';
import { TensorDraw } from '../../helpers/values/draw.js';
import { matvec } from '../../helpers/values/plain.js';

describe.each(backends)('Linear on %s', (_, backend) => {
  it('is W·x + b for every vector along the last axis', () => {
    const cases = fc.tuple(
      axisSize,
      axisSize,
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(cases, fc.nat(1000), ([inputs, outputs, leading, bias], seed) => {
        withBackend(backend, () => {
          const layer = new Linear(inputs, outputs, new Generator(seed), { bias });
          const shape = [...leading, 1, inputs];
          const x = new TensorDraw(seed).values(shape);
          const y = layer.forward(x);
          expect(y.shape).toEqual([...leading, 1, outputs]);
          const values = x.dataSync();
          const wanted: number[] = [];
          for (let at = 0; at < values.length; at += inputs) {
            const product = matvec(layer.weight.dataSync(), Array.from(values.slice(at, at + inputs)));
            wanted.push(...product.map((v, i) => v + (layer.bias?.dataSync()[i] ?? 0)));
          }
          expectClose(y.dataSync(), wanted, toleranceOf(backend));
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('construction', () => {
  const made = (...rest: ConstructorParameters<typeof Linear>) =>
    withBackend(reference64, () => new Linear(...rest));

  it('has a weight [out, in], and a bias only when asked', () => {
    const names = (layer: Linear) => layer.namedParameters().map(([name, { shape }]) => [name, shape]);
    expect(names(made(3, 2, new Generator(0)))).toEqual([['weight', [2, 3]]]);
    expect(names(made(3, 2, new Generator(0), { bias: true }))).toEqual([
      ['weight', [2, 3]],
      ['bias', [2]],
    ]);
  });

  it("starts with PyTorch's uniform values in ±1/√in, the same for the same generator", () => {
    const layer = made(25, 400, new Generator(3), { bias: true });
    for (const { data, bound } of [layer.weight, layer.bias!].map((p) => ({
      data: p.dataSync(),
      bound: 0.2,
    }))) {
      const largest = Math.max(...data.map(Math.abs));
      expect(largest).toBeLessThanOrEqual(bound);
      expect(largest).toBeGreaterThan(0.95 * bound);
    }
    const again = made(25, 400, new Generator(3), { bias: true });
    expect(again.weight.dataSync()).toEqual(layer.weight.dataSync());
    expect(again.bias!.dataSync()).toEqual(layer.bias!.dataSync());
  });

  it('takes an initialiser and a unit axis', () => {
    const layer = made(2, 2, new Generator(0), { initialiser: initialise.constant(0.5), unitAxis: -2 });
    expect([...layer.weight.dataSync()]).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(layer.weight.unitAxis).toBe(0);
  });

  it('without inputs gives the bias alone', () => {
    withBackend(reference64, () => {
      const layer = made(0, 2, new Generator(0), { bias: true });
      expect([...layer.forward(zeros([3, 0])).dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
    });
  });

  it('names what it was not given', () => {
    const plain = (...args: unknown[]) => messageOf(() => Reflect.construct(Linear, args));
    expect(plain(3)).toBe('Linear: outputs must be a whole number of at least 1, got undefined');
    expect(plain(3, 0, new Generator(0))).toBe('Linear: outputs must be a whole number of at least 1, got 0');
    expect(plain(-1, 1, new Generator(0))).toBe(
      'Linear: inputs must be a whole number of at least 0, got -1',
    );
    expect(plain(3, 2, {}, new Generator(0))).toBe(
      'Linear: wants a Generator, got Object; new Generator(seed) makes one',
    );
    const embedding = messageOf(() => new Embedding(0, 2, new Generator(0)));
    expect(embedding).toBe('Embedding: count must be a whole number of at least 1, got 0');
    expect(messageOf(() => new Generator('a' as never))).toBe(
      'Generator: seed must be a whole number of at least 0, got a',
    );
  });

  it('refuses another size', () => {
    withBackend(reference64, () => {
      expect(() => made(2, 3, new Generator(0)).forward(zeros([2, 3]))).toThrow(ShapeError);
    });
  });
});
