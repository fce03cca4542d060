import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  add,
  ConfigError,
  concat,
  crossEntropy,
  DTypeError,
  full,
  Generator,
  generate,
  Linear,
  matmul,
  modelConfig,
  normal,
  ones,
  Parameter,
  reshape,
  type SphereGradError,
  sum,
  type Tensor,
  tensor,
  withBackend,
  zeros,
} from '../../src/index.js';
import { reference64 } from '../helpers/kernels/backends.js';

type Class = new (...args: never[]) => SphereGradError;

/** What plain JavaScript may pass: any of the functions with any arguments. */
const loose = (f: unknown) => f as (...args: unknown[]) => unknown;
const method = (x: Tensor, name: keyof Tensor) => (x[name] as (...args: unknown[]) => unknown).bind(x);

const MISTAKES: readonly [string, () => unknown, Class, string][] = [
  [
    'reshape(2, 3)',
    () => loose(reshape)(2, 3),
    ArgumentError,
    'reshape: its input must be a tensor, got 2; tensor() makes one of it',
  ],
  [
    't.reshape(2, 3)',
    () => method(ones([6]), 'reshape')(2, 3),
    ArgumentError,
    'reshape: a shape is a list of sizes such as [2, 3], got 2',
  ],
  [
    'ones(2, 3)',
    () => loose(ones)(2, 3),
    ArgumentError,
    'ones: a shape is a list of sizes such as [2, 3], got 2',
  ],
  [
    'zeros("2")',
    () => loose(zeros)('2'),
    ArgumentError,
    'zeros: a shape is a list of sizes such as [2, 3], got "2"',
  ],
  ['full([2])', () => loose(full)([2]), ArgumentError, 'full: the value must be a number, got undefined'],
  [
    'sum({ axis: 0 })',
    () => loose(sum)({ axis: 0 }),
    ArgumentError,
    'sum: its input must be a tensor, got Object',
  ],
  [
    't.sum({ axis: 0 })',
    () => method(ones([2]), 'sum')({ axis: 0 }),
    ArgumentError,
    'sum: axes are a number or a list of them, got Object',
  ],
  [
    't.sum("0")',
    () => method(ones([2]), 'sum')('0'),
    ArgumentError,
    'sum: axes are a number or a list of them, got "0"',
  ],
  [
    't.argmax("0")',
    () => method(ones([2]), 'argmax')('0'),
    ArgumentError,
    'argmax: an axis is a number, got "0"',
  ],
  [
    'new Linear(2, 2)',
    () => Reflect.construct(Linear, [2, 2]),
    ArgumentError,
    'Linear: wants a Generator, got undefined; new Generator(seed) makes one',
  ],
  [
    'normal([2])',
    () => loose(normal)([2]),
    ArgumentError,
    'normal: wants a Generator, got Array; new Generator(seed) makes one',
  ],
  [
    'add(2, t)',
    () => loose(add)(2, ones([1])),
    ArgumentError,
    'add: a must be a tensor, got 2; tensor() makes one of it',
  ],
  [
    't.add([1])',
    () => method(ones([1]), 'add')([1]),
    ArgumentError,
    'add: wants a tensor or a number, got Array; tensor() makes one',
  ],
  [
    't.mul("2")',
    () => method(ones([1]), 'mul')('2'),
    ArgumentError,
    'mul: wants a tensor or a number, got "2"; tensor() makes one',
  ],
  [
    'matmul(t)',
    () => loose(matmul)(ones([1, 1])),
    ArgumentError,
    'matmul: b must be a tensor, got undefined',
  ],
  [
    'concat(t, t)',
    () => loose(concat)(ones([1]), ones([1])),
    ArgumentError,
    'concat: its input must be a list of tensors, got Tensor',
  ],
  [
    'concat([t, 1])',
    () => loose(concat)([ones([1]), 1]),
    ArgumentError,
    'concat: its input[1] must be a tensor, got 1; tensor() makes one of it',
  ],
  ['tensor(null)', () => loose(tensor)(null), DTypeError, 'tensor: wants numbers, got null'],
  ['tensor("1")', () => loose(tensor)('1'), DTypeError, 'tensor: wants numbers, got "1"'],
  ['tensor([1, "2"])', () => loose(tensor)([1, '2']), DTypeError, 'tensor: wants numbers, got "2" at [1]'],
  [
    'crossEntropy(t, [0])',
    () => loose(crossEntropy)(ones([1, 2]), [0]),
    ArgumentError,
    'crossEntropy: the targets must be a tensor, got Array; tensor() makes one of it',
  ],
  [
    'new Parameter([1])',
    () => Reflect.construct(Parameter, [[1]]),
    ArgumentError,
    'Parameter: its values must be a tensor, got Array; tensor() makes one of it',
  ],
  [
    'generate("text")',
    () => loose(generate)('text'),
    ArgumentError,
    'generate: wants a model as createModel() makes it, got "text"',
  ],
  [
    'modelConfig of a text',
    () => loose(modelConfig)({ vocabSize: '65' }),
    ConfigError,
    'vocabSize must be a whole number of at least 1, got 65',
  ],
];

describe('an argument that is not what was wanted', () => {
  it.each(MISTAKES)('%s is refused by name', async (_, call, kind, message) => {
    let error: unknown = null;
    try {
      await withBackend(reference64, call);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toBe(message);
  });

  it('takes nothing from a generator', () => {
    const generator = new Generator(1);
    expect(() => loose(normal)(generator, [2], { mean: '0' })).toThrow(ArgumentError);
    expect(() => loose(normal)(generator, 2)).toThrow(ArgumentError);
    expect(generator.uniform()).toBe(new Generator(1).uniform());
  });
});

describe('a tensor of another copy of the library', () => {
  it('is refused as one', async () => {
    const copy = '../../src/tensor/tensor.js?another';
    const { Tensor: Other } = (await import(copy)) as { Tensor: typeof Tensor };
    await withBackend(reference64, async () => {
      const x = tensor([1]);
      const other = new Other(x.retainStorage(), [1], false);
      const ours = 'Tensor of another copy of SphereGrad; both must come from the same';
      expect(() => reshape(other, [1])).toThrow(`reshape: its input must be a tensor, got ${ours}`);
      expect(() => x.add(other)).toThrow(`add: wants a tensor or a number, got ${ours}`);
    });
  });
});
