import { beforeAll, describe, expect, it } from 'vitest';
import {
  adamStepInPlace,
  assignInPlace,
  createBackend,
  DTypeError,
  init,
  liveBuffers,
  ShapeError,
  scope,
  sumSquares,
  type Tensor,
  tensor,
  unitInPlace,
  zeros,
} from '../../../src/index.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { Grid } from '../../helpers/values/grid.js';
import { relative } from '../../helpers/values/tolerance.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

const settings = {
  learningRate: 0.1,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.2,
  step: 3,
};

describe('assignInPlace', () => {
  it('overwrites every element, and is seen through every handle', () => {
    property((draw) => {
      const shape = draw.wideShape();
      const [target, source] = [draw.edgyValues(shape), draw.edgyValues(shape)];
      const seen = target.reshape([target.size]);
      const { version } = target;
      assignInPlace(target, source);
      expect(target.dataSync()).toEqual(source.dataSync());
      expect(seen.dataSync()).toEqual(source.dataSync());
      expect(target.version).toBe(version + 1);
      expect(seen.version).toBe(target.version);
    });
  });

  it('copies: a later change of one is none of the other', () => {
    const [a, b] = [tensor([1, 2]), tensor([3, 4])];
    assignInPlace(a, b);
    assignInPlace(b, tensor([5, 6]));
    expect(Array.from(a.dataSync())).toEqual([3, 4]);
  });

  it('says what does not fit', () => {
    expect(() => assignInPlace(tensor([1, 2]), tensor([1]))).toThrow(ShapeError);
    expect(() => assignInPlace(tensor([1, 2]), tensor([[1, 2]]))).toThrow(
      'assignInPlace: shapes differ: [2] and [1, 2]',
    );
    const integer = tensor(Int32Array.of(1));
    expect(() => assignInPlace(tensor([1]), integer)).toThrow(DTypeError);
    expect(() => assignInPlace(tensor([1]), integer)).toThrow(
      'assignInPlace: dtypes differ: float64 and int32',
    );
  });

  it('does not reach across backends', async () => {
    const other = await createBackend('reference');
    const foreign = tensor([1], [1], { backend: other, dtype: 'float64' });
    expect(() => assignInPlace(tensor([1]), foreign)).toThrow(
      'assignInPlace: tensors on two backends: reference (float64) and reference (float32)',
    );
  });
});

describe('unitInPlace', () => {
  it('divides by the length along its axis and leaves nothing behind', () => {
    property((draw) => {
      const x = draw.values([...draw.shape(2, 1), draw.integer(1, 3)]);
      const axis = draw.integer(0, x.rank - 1);
      const grid = Grid.of(x);
      const wanted = Grid.fill(x.shape, (index) => {
        const along = Array.from({ length: x.shape[axis] }, (_, i) => grid.at(index.with(axis, i)));
        return grid.at(index) / Math.hypot(...along);
      });
      const [before, { version }] = [liveBuffers(), x];
      unitInPlace(x, axis);
      expect(liveBuffers()).toBe(before);
      expect(x.version).toBe(version + 1);
      expectClose(x, wanted, relative(1e-14));
    });
    expect(() => unitInPlace(tensor([1]), 1)).toThrow(
      'unitInPlace: axis 1 is out of range for a tensor of rank 1',
    );
  });
});

describe('sumSquares', () => {
  it('is the square of the length, over everything', () => {
    property((draw) => {
      const x = draw.values(draw.shape(4));
      const wanted = Array.from(x.dataSync()).reduce((sum, value) => sum + value * value, 0);
      const squares = scope(() => sumSquares(x));
      expectClose(squares, new Grid([], [wanted]), relative(1e-13));
    });
    expect(sumSquares(tensor([[], []])).itemSync()).toBe(0);
  });
});

describe('adamStepInPlace', () => {
  it('is the textbook step on every element, with the gradient scaled or not', () => {
    property((draw) => {
      const shape = draw.wideShape();
      const [parameter, gradient, m] = [0, 1, 2].map(() => draw.values(shape));
      const v = tensor(
        draw.numbers(shape, (x) => x * x),
        shape,
      );
      const scale = draw.pick(null, tensor(draw.pick(0, 0.25, 2)));
      const factor = scale?.itemSync() ?? 1;
      const [p, g, first, second] = [parameter, gradient, m, v].map((x) => x.dataSync());
      const wanted = Array.from(p, (value, i) => {
        const [slope, { beta1, beta2 }] = [g[i] * factor, settings];
        first[i] = beta1 * first[i] + (1 - beta1) * slope;
        second[i] = beta2 * second[i] + (1 - beta2) * slope ** 2;
        const [mHat, vHat] = [first[i] / (1 - beta1 ** 3), second[i] / (1 - beta2 ** 3)];
        return value - 0.1 * 0.2 * value - (0.1 * mHat) / (Math.sqrt(vHat) + 1e-8);
      });
      const before = liveBuffers();
      adamStepInPlace(parameter, gradient, m, v, scale, settings);
      expect(liveBuffers()).toBe(before);
      expectClose(parameter, new Grid(shape, wanted), relative(1e-12));
      expectClose(m, new Grid(shape, first), relative(1e-14));
      expectClose(v, new Grid(shape, second), relative(1e-14));
      expect([parameter, m, v, gradient].map((x) => x.version)).toEqual([1, 1, 1, 0]);
      expect(gradient.dataSync()).toEqual(g);
    });
  });

  it('says what does not fit', () => {
    const step = (gradient: Tensor, m: Tensor, v: Tensor) => () =>
      adamStepInPlace(tensor([1, 2]), gradient, m, v, null, settings);
    const [good, short] = [zeros([2]), zeros([1])];
    const message = 'adamStepInPlace: shapes differ: [2] and [1]';
    for (const bad of [step(short, good, good), step(good, short, good), step(good, good, short)]) {
      expect(bad).toThrow(ShapeError);
      expect(bad).toThrow(message);
    }
    const integers = zeros([2], { dtype: 'int32' });
    expect(step(integers, good, good)).toThrow(DTypeError);
    expect(step(good, good, integers)).toThrow('adamStepInPlace: dtypes differ: float64 and int32');
  });
});

describe('adamStepInPlace says what is wrong', () => {
  const [p, g] = [() => tensor([1]), () => tensor([0.5])];
  const step = (...given: unknown[]) => {
    const [parameter = p(), gradient = g(), scale = null, chosen = settings] = given;
    adamStepInPlace(
      parameter as Tensor,
      gradient as Tensor,
      zeros([1]),
      zeros([1]),
      scale as null,
      chosen as typeof settings,
    );
  };

  it.each([
    ['of no parameter', [3], 'its tensors[0] must be a tensor, got 3; tensor() makes one of it'],
    ['of no gradient', [undefined, 3], 'its tensors[1] must be a tensor, got 3; tensor() makes one of it'],
    [
      'by no scale',
      [undefined, undefined, 3],
      'its tensors[4] must be a tensor, got 3; tensor() makes one of it',
    ],
    ['without settings', [undefined, undefined, null, null], 'learningRate must be a number, got undefined'],
    ...Object.keys(settings).map((name): [string, unknown[], string] => [
      `without ${name}`,
      [undefined, undefined, null, { ...settings, [name]: undefined }],
      `${name} must be a number, got undefined`,
    ]),
  ])('%s', (_, given, message) => {
    expect(() => step(...given)).toThrow(
      expect.objectContaining({ name: 'ArgumentError', message: `adamStepInPlace: ${message}` }),
    );
  });

  it('of integers, or of another shape', () => {
    expect(() => step(tensor(Int32Array.of(1)))).toThrow(DTypeError);
    expect(() => step(tensor(Int32Array.of(1)))).toThrow('adamStepInPlace: wants a float tensor, got int32');
    expect(() => step(undefined, tensor([1, 2]))).toThrow(ShapeError);
    expect(() => step(undefined, tensor([1, 2]))).toThrow(/^adamStepInPlace: /);
  });
});

describe('by a kernel of its own', () => {
  it('what changes in place is known to have changed, and a sum is a scalar', async () => {
    const backend = await createBackend('wasm');
    const make = (values: number[]) => tensor(values, [2, 2], { backend });
    const [p, g, m, v] = [1, 2, 0, 0].map((value) => make([value, value, value, value]));
    const versions = [p, m, v].map(({ version }) => version);
    adamStepInPlace(p, g, m, v, null, settings);
    expect([p, m, v].map(({ version }) => version)).toEqual(versions.map((version) => version + 1));
    expect(sumSquares(p).shape).toEqual([]);
    const x = tensor([3, 4, 0, 2], [1, 2, 2], { backend });
    const { version } = x;
    unitInPlace(x);
    expect(x.version).toBe(version + 1);
    expectClose(x.dataSync(), [0.6, 0.8, 0, 1], relative(1e-6));
  });
});
