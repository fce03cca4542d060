import { describe, expect, it } from 'vitest';
import {
  arange,
  BackendError,
  ConfigError,
  createBackend,
  DTypeError,
  eye,
  full,
  init,
  linspace,
  pad,
  ShapeError,
  tensor,
  withBackend,
} from '../../../src/index.js';
import { expectClose } from '../../helpers/values/close.js';
import { EXACT } from '../../helpers/values/tolerance.js';

const wasm = await createBackend('wasm');
const reference = await init('reference', { dtype: 'float64' });

describe('tensor', () => {
  it('reads its shape off nested arrays', () => {
    const x = tensor([[[1, 2, 3]], [[4, 5, 6]]]);
    expect(x.shape).toEqual([2, 1, 3]);
    expect(Array.from(x.dataSync())).toEqual([1, 2, 3, 4, 5, 6]);
    expect(tensor(7).shape).toEqual([]);
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
  });

  it('takes dtypes from the values, the backend or the option', () => {
    expect(tensor([1]).dtype).toBe('float64');
    expect(tensor(Int32Array.of(1)).dtype).toBe('int32');
    expect(tensor([1.9, -1.9], [2], { dtype: 'int32' }).dataSync()).toEqual(Int32Array.of(1, -1));
    expect(tensor([1], [1], { backend: wasm }).dtype).toBe('float32');
  });

  it.each([
    ['float32', Float32Array],
    ['int32', Int32Array],
  ] as const)('copies a %s array: what happens to it later is not seen', async (dtype, ArrayClass) => {
    for (const backend of [reference, wasm, await createBackend('gpu', { mode: 'cpu' })]) {
      const values = ArrayClass.of(1, -2, 3);
      const x = tensor(values, [3], { dtype, backend });
      values[0] = 9;
      expect([...(await x.takeData())]).toEqual([1, -2, 3]);
      expect(x.isDisposed).toBe(true);
    }
  });

  it.each([
    [[[1, 2], [3]], 'a row of 1 at [1]'],
    [[[1, 2], 3], 'a number at [1]'],
    [
      [
        [1, 2],
        [3, [4]],
      ],
      'an array at [1, 1]',
    ],
    [[[1, 2], []], 'a row of 0 at [1]'],
  ])('refuses the ragged rows of %j and says where', (values, given) => {
    expect(() => tensor(values as number[])).toThrow(ShapeError);
    expect(() => tensor(values as number[])).toThrow(
      `tensor: nested arrays must have rows of equal length, the first ones show [2, 2], got ${given}`,
    );
  });

  it.each<[string, unknown, string]>([
    ['null', [1, null], 'null at [1]'],
    ['a boolean', [[1], [true]], 'true at [1, 0]'],
    ['a text', ['a'], '"a" at [0]'],
    ['a long text', 'long '.repeat(20), `"${'long '.repeat(8)}"`],
    [
      'a number in letters',
      [
        [1, 2],
        [3, '4'],
      ],
      '"4" at [1, 1]',
    ],
    ['a gap', Array(2), 'undefined at [0]'],
    ['undefined', undefined, 'undefined'],
    ['a bigint', [1n], '1n at [0]'],
    ['bigints', BigInt64Array.of(1n), 'BigInt64Array'],
    ['bytes without a type', new DataView(new ArrayBuffer(8)), 'DataView'],
    ['a typed array in a row', [[1], Float32Array.of(1)], 'Float32Array at [1]'],
    ['a tensor', [tensor([1])], 'Tensor at [0]'],
    ['an object', { length: 1 }, 'Object'],
    ['a function', [() => 1], 'a function at [0]'],
    ['a symbol', [Symbol('s')], 'Symbol(s) at [0]'],
  ])('refuses %s among its values and says where', (_, values, given) => {
    expect(() => tensor(values as number[])).toThrow(DTypeError);
    expect(() => tensor(values as number[])).toThrow(
      expect.objectContaining({ message: `tensor: wants numbers, got ${given}` }),
    );
  });

  it.each([0, 4])('refuses an array of %d numbers whose buffer was transferred', (length) => {
    const values = new Float32Array(length);
    structuredClone(values.buffer, { transfer: [values.buffer] });
    for (const backend of [wasm, reference]) {
      const { buffers } = backend.memory();
      for (const make of [
        () => tensor(values, undefined, { backend }),
        () => tensor(values, [4], { backend, dtype: 'int32' }),
      ]) {
        expect(make).toThrow(DTypeError);
        expect(make).toThrow('tensor: the buffer of the array was transferred, and its numbers with it');
      }
      expect(backend.memory().buffers).toBe(buffers);
    }
  });

  it.each([2 ** 31, -(2 ** 31) - 1, 2 ** 33, NaN, Infinity, -Infinity])('refuses %d as an int32', (value) => {
    const options = { dtype: 'int32' } as const;
    const wanted = `int32 holds whole numbers from -2147483648 to 2147483647, got ${value}`;
    for (const backend of [wasm, reference]) {
      const make = () =>
        tensor(
          [
            [1, 2],
            [3, value],
          ],
          undefined,
          { ...options, backend },
        );
      expect(make).toThrow(DTypeError);
      expect(make).toThrow(expect.objectContaining({ message: `tensor: ${wanted} at [1, 1]` }));
      expect(() => tensor(Float64Array.of(value), [], { ...options, backend })).toThrow(`tensor: ${wanted}`);
      expect(() => full([0], value, { ...options, backend })).toThrow(`fill: ${wanted}`);
      const x = tensor(Int32Array.of(1), [1], { backend });
      expect(() => pad(x, [1], [0], value)).toThrow(`pad: ${wanted}`);
    }
  });

  it('holds every int32, and drops fractions', async () => {
    const values = [2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 0.5, -(2 ** 31) - 0.5, 0.9, -0.9];
    const held = [2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, -(2 ** 31), 0, 0];
    for (const backend of [wasm, reference]) {
      const options = { dtype: 'int32', backend } as const;
      expectClose(tensor(values, [6], options), held, EXACT);
      values.forEach((value, i) => {
        expectClose(full([2], value, options), [held[i], held[i]], EXACT);
        expectClose(pad(tensor([7], [1], options), [0], [1], value), [7, held[i]], EXACT);
      });
    }
    const gpu = await createBackend('gpu', { mode: 'cpu' });
    const half = full([1], 0.5, { dtype: 'int32', backend: gpu });
    expect(half.cast('float32').itemSync()).toBe(0);
    expect(pad(half, [0], [1], -1.5).cast('float32').dataSync()).toEqual(Float32Array.of(0, -1));
  });

  it('takes all that are numbers', () => {
    const values = [NaN, -0, Infinity, -Infinity, Number.MAX_VALUE];
    expect([...tensor([values]).dataSync()]).toEqual(values);
    expect([...tensor(Uint8Array.of(1, 255) as never).dataSync()]).toEqual([1, 255]);
  });

  it('refuses wrong counts', () => {
    expect(() => tensor([1, 2, 3], [2, 2])).toThrow('tensor: 3 values do not fill [2, 2]');
    expect(() => full([2, -1], 0)).toThrow(ShapeError);
    expect(() => full([1.5], 0)).toThrow(ShapeError);
  });

  it('counts', () => {
    expect(Array.from(arange(4, { start: 2, step: -1 }).dataSync())).toEqual([2, 1, 0, -1]);
    expect(arange(0).shape).toEqual([0]);
  });
});

describe('backends', () => {
  it('do not mix, and the error names both', () => {
    const [a, b] = [tensor([1]), tensor([1], [1], { backend: wasm })];
    expect(() => a.add(b.cast('float32'))).toThrow();
    const c = tensor([1], [1], { backend: wasm });
    const d = tensor([1], [1], { dtype: 'float32' });
    expect(() => c.add(d)).toThrow(BackendError);
    expect(() => c.add(d)).toThrow(
      /add: tensors on two backends: wasm \((simd|relaxed-simd|wide)\) and reference \(float64\)/,
    );
  });

  it('are chosen by name', async () => {
    await expect(createBackend('abacus' as never)).rejects.toThrow(ConfigError);
    await expect(createBackend('abacus' as never)).rejects.toThrow(/unknown backend 'abacus'/);
    expect(withBackend(wasm, () => tensor([1]).backend)).toBe(wasm);
    expect(tensor([1]).backend).toBe(reference);
  });

  it('name dtypes they lack, and dtypes that do not go together', () => {
    expect(() => tensor([1], [1], { backend: wasm, dtype: 'float64' })).toThrow(DTypeError);
    expect(() => tensor([1]).add(tensor(Int32Array.of(1)))).toThrow('add: dtypes differ: float64 and int32');
    expect(() => tensor(Int32Array.of(1)).exp()).toThrow(/exp: wants a float tensor, got int32/);
  });

  it('give single elements', async () => {
    expect(await tensor([[5]]).item()).toBe(5);
    await expect(tensor([1, 2]).item()).rejects.toThrow('item: wants a single element, got shape [2]');
    expect(String(tensor([1, 2]))).toBe('Tensor([2], float64) [1., 2.]');
  });
});

describe('linspace', () => {
  const values = (...args: Parameters<typeof linspace>) => Array.from(linspace(...args).dataSync());
  it('meets both ends', () => {
    expect(values(0, 1, 5)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(values(2, -1, 4)).toEqual([2, 1, 0, -1]);
    // 49 · (1 / 49) is a little less than 1.
    expect(values(0, 1, 50)[49]).toBe(1);
    expect(values(3, 7, 1)).toEqual([3]);
    expect(values(3, 7, 0)).toEqual([]);
    expect(values(3, 3, 2)).toEqual([3, 3]);
    expect(linspace(0, 9, 4, { dtype: 'int32' }).dataSync()).toEqual(Int32Array.of(0, 3, 6, 9));
  });

  it('wants a number of steps', () => {
    expect(() => linspace(0, 1, -1)).toThrow(
      new ShapeError('linspace: sizes must be whole numbers of at least 0, got [-1]'),
    );
  });
});

describe('eye', () => {
  it('has ones on the diagonal', () => {
    expect(Array.from(eye(2).dataSync())).toEqual([1, 0, 0, 1]);
    expect(Array.from(eye(2, 3).dataSync())).toEqual([1, 0, 0, 0, 1, 0]);
    expect(Array.from(eye(3, 1).dataSync())).toEqual([1, 0, 0]);
    expect(eye(0).shape).toEqual([0, 0]);
    expect(eye(2, 2, { dtype: 'int32', backend: wasm }).dtype).toBe('int32');
  });

  it('wants sizes', () => {
    expect(() => eye(1.5)).toThrow(
      new ShapeError('eye: sizes must be whole numbers of at least 0, got [1.5, 1.5]'),
    );
  });
});
