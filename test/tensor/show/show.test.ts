import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Backend,
  createBackend,
  full,
  init,
  liveBuffers,
  ones,
  scope,
  type Tensor,
  tensor,
  withBackend,
  zeros,
} from '../../../src/index.js';
import { backends } from '../../helpers/kernels/backends.js';
import { property } from '../../helpers/values/draw.js';

const reference = await init('reference');

/** A device that only answers later. */
function asynchronous(): Backend {
  const { readSync: _, view: __, ...device } = reference;
  return device;
}

/** One whose values are lost. */
function broken(): Backend {
  const lost = () => {
    throw new Error('the device is lost');
  };
  return { ...reference, view: lost, readSync: lost, read: async () => lost() };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(backends)('a tensor on %s', (_, backend) => {
  const on = <T>(f: () => T): T => withBackend(backend, () => scope(f));

  it('prints shape, dtype and values', () => {
    const text = on(() =>
      String(
        tensor(
          [
            [1, -0.25],
            [0.5, Number.NaN],
          ],
          [2, 2],
        ),
      ),
    );
    expect(text).toBe(`Tensor([2, 2], ${backend.floatType})\n[[ 1.0000, -0.2500],\n [ 0.5000,     NaN]]`);
  });

  it('prints on one line what fits there', () => {
    expect(on(() => String(tensor([1, 2])))).toBe(`Tensor([2], ${backend.floatType}) [1., 2.]`);
    expect(on(() => `${tensor(0.5)}`)).toBe(`Tensor([], ${backend.floatType}) 0.5000`);
    expect(on(() => String(tensor(Int32Array.of(3))))).toBe('Tensor([1], int32) [3]');
    expect(on(() => String(zeros([3, 0])))).toBe(`Tensor([3, 0], ${backend.floatType}) []`);
  });

  it('never throws, and leaves everything as it was', () => {
    property((draw) =>
      on(() => {
        const shape = draw.shape(5);
        const x = draw.edgyValues(shape).setRequiresGrad();
        const y = x.mul(x);
        const [buffers, memory, { trace, version }] = [liveBuffers(), backend.memory(), y];
        for (const z of [x, y]) expect(String(z)).toContain(`[${shape.join(', ')}]`);
        expect(inspect({ y })).toContain('Tensor');
        expect(JSON.parse(JSON.stringify(y)).shape).toEqual(shape);
        expect([liveBuffers(), backend.memory(), y.trace, y.version]).toEqual([
          buffers,
          memory,
          trace,
          version,
        ]);
        y.backward(ones(shape));
        expect(x.grad!.dataSync()).toEqual(x.add(x).dataSync());
        y.dispose();
        expect(String(y)).toContain('disposed');
        expect(JSON.parse(JSON.stringify(y)).values).toBeNull();
      }),
    );
  });

  it('copies nothing for it', () => {
    const spies = [vi.spyOn(backend, 'read'), vi.spyOn(backend, 'readSync')];
    expect(on(() => String(zeros([500, 500])))).toContain('...');
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });
});

describe('what a tensor prints', () => {
  it.each<[string, () => Tensor, string]>([
    ['a leaf', () => tensor([1]).setRequiresGrad(), 'requiresGrad'],
    ['a product', () => product(tensor([1]).setRequiresGrad()), 'requiresGrad, from mul'],
    ['a view of it', () => product(tensor([1]).setRequiresGrad()).alias(), 'requiresGrad, from mul'],
    ['a fused op', () => tensor([1]).setRequiresGrad().unit(), 'requiresGrad, from unit'],
  ])('tells where it came from: %s', (_, make, history) => {
    expect(scope(() => String(make()))).toBe(`Tensor([1], float32, ${history}) [1.]`);
  });

  it('names a backend that is not the current one', async () => {
    const x = withBackend(await createBackend('wasm'), () => tensor([1]));
    expect(String(x)).toBe('Tensor([1], float32, wasm) [1.]');
    expect(withBackend(x.backend, () => String(x))).toBe('Tensor([1], float32) [1.]');
    x.dispose();
  });

  it('has no values after dispose', () => {
    const x = tensor([1]).setRequiresGrad();
    x.dispose();
    expect(String(x)).toBe('Tensor([1], float32, disposed)');
  });

  it('has none where they can only be awaited, or were lost', () => {
    const x = withBackend(asynchronous(), () => tensor([1]));
    expect(String(x)).toBe('Tensor([1], float32, reference) (values on the device: await t.data())');
    const y = withBackend(broken(), () => tensor([1]));
    expect(String(y)).toBe('Tensor([1], float32, reference) (values cannot be read: the device is lost)');
    for (const z of [x, y]) {
      expect(JSON.parse(JSON.stringify(z))).toEqual({ shape: [1], dtype: 'float32', values: null });
      z.dispose();
    }
  });

  it.each([
    [7, ' '],
    [8, '\n'],
  ])('puts values on the first line up to 80 characters: %i of them', (length, between) => {
    const x = full([length], 1 / 3);
    const values = new Array(length).fill('0.3333').join(', ');
    expect(String(x)).toBe(`Tensor([${length}], float32)${between}[${values}]`);
    x.dispose();
  });

  it('breaks long rows', () => {
    const x = tensor(Array.from({ length: 11 }, (_, i) => i * 1000));
    expect(String(x).split('\n')).toEqual([
      'Tensor([11], float32)',
      '[    0.,  1000.,  2000.,  3000.,  4000.,  5000.,  6000.,  7000.,  8000.,',
      '  9000., 10000.]',
    ]);
    x.dispose();
  });
});

function product(x: Tensor): Tensor {
  return x.mul(x);
}

describe("Node's console", () => {
  it('shows what toString does, indented with what it is in', () => {
    const x = tensor([[1], [2]]);
    expect(inspect(x)).toBe(String(x));
    expect(inspect({ x, list: [x] })).toBe(
      '{\n  x: Tensor([2, 1], float32)\n  [[1.],\n   [2.]],\n' +
        '  list: [\n    Tensor([2, 1], float32)\n    [[1.],\n     [2.]]\n  ]\n}',
    );
    x.dispose();
  });

  it('keeps to the first line where nesting ends', () => {
    const x = tensor([[1], [2]]);
    expect(inspect({ a: { b: { c: { x } } } })).toContain('[Object]');
    expect(inspect({ a: { x } }, { depth: 0 })).toBe('{ a: [Object] }');
    expect(inspect({ x }, { depth: 0 })).toBe('{ x: Tensor([2, 1], float32) }');
    x.dispose();
  });
});

describe('print', () => {
  const logged = () => vi.spyOn(console, 'log').mockImplementation(() => {});

  it('prints at once where it can', () => {
    const log = logged();
    const x = tensor([1, 2]);
    void x.print();
    expect(log.mock.calls).toEqual([['Tensor([2], float32) [1., 2.]']]);
    x.dispose();
    void x.print();
    expect(log.mock.lastCall).toEqual(['Tensor([2], float32, disposed)']);
  });

  it('waits for the device where it must, even if the tensor is disposed of meanwhile', async () => {
    const log = logged();
    const x = withBackend(asynchronous(), () => tensor([1, 2]));
    const printed = x.print();
    expect(log).not.toHaveBeenCalled();
    x.dispose();
    await printed;
    expect(log.mock.calls).toEqual([['Tensor([2], float32, reference) [1., 2.]']]);
  });

  it('says so when values are lost', async () => {
    const log = logged();
    const x = withBackend(broken(), () => tensor([1]));
    await x.print();
    expect(log.mock.lastCall?.[0]).toMatch(/\(values cannot be read: the device is lost\)$/);
    x.dispose();
  });
});

describe('JSON', () => {
  it('has shape, dtype and values, as texts what JSON has no numbers for', () => {
    const x = tensor([
      [1.5, Number.NaN],
      [Infinity, -Infinity],
    ]);
    const json = JSON.stringify(x);
    expect(json).toBe('{"shape":[2,2],"dtype":"float32","values":[1.5,"NaN","Infinity","-Infinity"]}');
    expect(Float32Array.from(JSON.parse(json).values.map(Number))).toEqual(x.dataSync());
    x.dispose();
  });
});
