/** What errors of ops say where an argument is of another kind altogether: the op, the argument, and what came. */
import { describe, expect, it } from 'vitest';
import * as sphere from '../../../src/index.js';
import { init, type Tensor, tensor } from '../../../src/index.js';
import { fill, scalarLike } from '../../../src/tensor/ops/fill.js';
import { crossEntropyRows } from '../../../src/tensor/ops/fused.js';
import { messageOf } from '../../helpers/thrown.js';

await init('reference');

const ops = { ...sphere, crossEntropyRows, fill, scalarLike } as unknown as Record<
  string,
  (...args: unknown[]) => unknown
>;
const f = (...shape: number[]): Tensor => sphere.ones(shape);
const i = (...shape: number[]): Tensor => sphere.ones(shape, { dtype: 'int32' });

/** Arguments of which one is no tensor, and what it is called. `X` stands for it. */
const X = 'X';
const WANT_TENSOR: [op: string, args: unknown[], what: string][] = [
  ...(['neg', 'abs', 'exp', 'relu', 'erf'] as const).map((op): [string, unknown[], string] => [
    op,
    [X],
    'its input',
  ]),
  ...(['add', 'sub', 'mul', 'div', 'pow', 'remainder', 'maximum', 'minimum'] as const).map(
    (op): [string, unknown[], string] => [op, [X, f(1)], 'a'],
  ),
  ['clamp', [X, 0], 'its input'],
  ['affine', [X, 1, 0], 'its input'],
  ['cast', [X, 'int32'], 'its input'],
  ['mulPreconditioned', [X, f(1), f(1)], 'its input'],
  ['mulPreconditioned', [f(1), X, f(1)], 'scale'],
  ['mulPreconditioned', [f(1), f(1), X], 'slope'],
  ['reshape', [X, [1]], 'its input'],
  ['permute', [X, [0]], 'its input'],
  ['transpose', [X], 'its input'],
  ['slice', [X, 0, 0], 'its input'],
  ['sliceBox', [X, [0], [0]], 'its input'],
  ['split', [X, 1], 'its input'],
  ['concat', [[f(1), X]], 'its input[1]'],
  ['stack', [[X]], 'its input[0]'],
  ['pad', [X, [0], [0]], 'its input'],
  ['broadcastTo', [X, [1]], 'its input'],
  ['gather', [X, i(1)], 'table'],
  ['gather', [f(1, 1), X], 'indices'],
  ['scatterAdd', [X, f(1, 1), 1], 'indices'],
  ['scatterAdd', [i(1), X, 1], 'its input'],
  ['oneHot', [X, 2], 'indices'],
  ['takeAlongAxis', [X, i(1)], 'its input'],
  ['takeAlongAxis', [f(1), X], 'indices'],
  ...(['sum', 'mean', 'max', 'argmax', 'min', 'argmin', 'prod', 'logsumexp', 'std', 'norm'] as const).map(
    (op): [string, unknown[], string] => [op, [X], 'its input'],
  ),
  ['cumsum', [X, 0], 'its input'],
  ['argsort', [X], 'its input'],
  ['topk', [X, 1], 'its input'],
  ['matmul', [X, f(1, 1)], 'a'],
  ['matmul', [f(1, 1), X], 'b'],
  ['scalarLike', [1, X], 'like'],
  ['zerosLike', [X], 'its input'],
  ['onesLike', [X], 'its input'],
  ['where', [X, f(1), f(1)], 'the condition'],
  ['where', [i(1), X, f(1)], 'a'],
  ['where', [i(1), f(1), X], 'b'],
  ['unit', [X], 'its input'],
  ['rmsNorm', [X, f(1)], 'its input'],
  ['rmsNorm', [f(1), X], 'weight'],
  ['softmax', [X], 'its input'],
  ['logSoftmax', [X], 'its input'],
  ['rope', [X, f(2, 1, 2)], 'its input'],
  ['rope', [f(1, 1, 1, 2), X], 'table'],
  ['swiglu', [X], 'its input'],
  ['scaledSwiglu', [X, f(2)], 'its input'],
  ['scaledSwiglu', [f(2), X], 'scale'],
  ['attention', [X, f(1, 1, 1, 2), f(1, 1, 1, 2), 1], 'its input'],
  ['attention', [f(1, 1, 1, 2), X, f(1, 1, 1, 2), 1], 'k'],
  ['attention', [f(1, 1, 1, 2), f(1, 1, 1, 2), X, 1], 'v'],
  ['attentionWeights', [X, f(1, 1, 1, 2), 1], 'q'],
  ['attentionWeights', [f(1, 1, 1, 2), X, 1], 'k'],
  ['sphereStep', [X, f(1, 2), f(2)], 'its input'],
  ['sphereStep', [f(1, 2), X, f(2)], 'target'],
  ['sphereStep', [f(1, 2), f(1, 2), X], 'alpha'],
  ['assignInPlace', [X, f(1)], 'the target'],
  ['assignInPlace', [f(1), X], 'the source'],
  ['unitInPlace', [X], 'its input'],
  ['sumSquares', [X], 'its input'],
  ['dot', [X, f(1)], 'its input'],
  ['dot', [f(1), X], 'b'],
  ['outer', [X, f(1)], 'its input'],
  ['outer', [f(1), X], 'b'],
  ['tile', [X, 2], 'its input'],
  ['repeatInterleave', [X, 2], 'its input'],
  ['flip', [X], 'its input'],
  ['roll', [X, 1], 'its input'],
  ['squeeze', [X], 'its input'],
  ['unsqueeze', [X, 0], 'its input'],
  ['flatten', [X], 'its input'],
  ['isnan', [X], 'its input'],
  ['isfinite', [X], 'its input'],
  ['isinf', [X], 'its input'],
  ['any', [X], 'its input'],
  ['all', [X], 'its input'],
  ['maskedFill', [X, i(1), 0], 'its input'],
  ['maskedFill', [f(1), X, 0], 'the mask'],
  ['tril', [X], 'its input'],
  ['triu', [X], 'its input'],
  ['diag', [X], 'its input'],
  ['diagonal', [X], 'its input'],
  ['leakyRelu', [X], 'its input'],
  ['elu', [X], 'its input'],
  ['hardtanh', [X], 'its input'],
  ['logSigmoid', [X], 'its input'],
  ['silu', [X], 'its input'],
  ['gelu', [X], 'its input'],
  ['einsum', ['i,i', f(1), X], 'operands[1]'],
];

/** `X` replaced wherever it stands. */
const withArgument = (args: unknown[], x: unknown): unknown[] =>
  args.map((arg) => (arg === X ? x : Array.isArray(arg) ? withArgument(arg, x) : arg));

describe('an op that wants a tensor', () => {
  it.each(WANT_TENSOR)('%s(%j) says so, and names its %s', (op, args, what) => {
    expect(messageOf(() => ops[op](...withArgument(args, 3)))).toBe(
      `${op}: ${what} must be a tensor, got 3; tensor() makes one of it`,
    );
  });

  it.each(['add', 'sub', 'mul', 'div', 'pow', 'remainder', 'maximum', 'minimum', 'eq', 'lt'])(
    '%s takes a number in its place, and nothing else',
    (op) => {
      const method = (x: unknown) => () => (f(1)[op as 'add'] as (x: unknown) => Tensor)(x);
      expect(messageOf(method('2'))).toBe(`${op}: wants a tensor or a number, got "2"; tensor() makes one`);
      method(2)();
    },
  );
});

/** Calls with a wrong argument that is no tensor, and what they say. */
const OTHERS: [op: string, args: unknown[], message: string][] = [
  ['affine', [f(1), '1', 0], 'affine: scale must be a number, got "1"'],
  ['affine', [f(1), 1, '0'], 'affine: shift must be a number, got "0"'],
  ['clamp', [f(1)], 'clamp: wants min, max or both'],
  ['cast', [f(1), 'int8'], 'cast: a dtype is float32, int32 or float64, got int8'],
  ['permute', [f(1), 0], 'permute: axes must be a list, got 0'],
  ['permute', [f(1, 2), [0]], 'permute: [0] is not an order of the 2 axes of [1, 2]'],
  ['permute', [f(1, 2), [0, 0]], 'permute: [0, 0] is not an order of the 2 axes of [1, 2]'],
  ['permute', [f(1), [1]], 'permute: axis 1 is out of range for a tensor of rank 1'],
  ['permute', [f(1, 2), [0, 1, 0]], 'permute: [0, 1, 0] is not an order of the 2 axes of [1, 2]'],
  ['transpose', [f(1, 2), 2], 'transpose: axis 2 is out of range for a tensor of rank 2'],
  ['transpose', [f(1, 2), 0, 2], 'transpose: axis 2 is out of range for a tensor of rank 2'],
  ['slice', [f(1), 1, 0], 'slice: axis 1 is out of range for a tensor of rank 1'],
  ['slice', [f(1), 0, '0'], 'slice: start must be a number, got "0"'],
  ['slice', [f(1), 0, 0, '1'], 'slice: stop must be a number, got "1"'],
  ['slice', [f(3), 0, -4], 'slice: -4 to the end is out of range on axis 0 of [3]'],
  ['slice', [f(3), 0, 2, 1], 'slice: 2 to 1 is out of range on axis 0 of [3]'],
  ['slice', [f(3), 0, 0, 4], 'slice: 0 to 4 is out of range on axis 0 of [3]'],
  ['slice', [f(3), 0, 0.5], 'slice: 0.5 to the end is out of range on axis 0 of [3]'],
  ['slice', [f(3), 0, 0, 1.5], 'slice: 0 to 1.5 is out of range on axis 0 of [3]'],
  ['sliceBox', [f(3), 0, [1]], 'sliceBox: starts must be a list, got 0'],
  ['sliceBox', [f(3), [0], 1], 'sliceBox: stops must be a list, got 1'],
  ...(
    [
      [[0.5], [1]],
      [[0], [1.5]],
      [[-1], [1]],
      [[2], [1]],
      [[0], [4]],
      [[0, 0], [1]],
      [[0], [1, 1]],
    ] as const
  ).map(([starts, stops]): [string, unknown[], string] => [
    'sliceBox',
    [f(3), starts, stops],
    `sliceBox: [${starts.join(', ')}] to [${stops.join(', ')}] is no box in [3]`,
  ]),
  ['split', [f(2), '2'], 'split: parts must be a number, got "2"'],
  ['split', [f(2), 2, 1], 'split: axis 1 is out of range for a tensor of rank 1'],
  ['split', [f(0), 2 ** 16 + 1], 'split: axis 0 of [0] does not divide into 65537 equal parts'],
  ['split', [f(3), 2], 'split: axis 0 of [3] does not divide into 2 equal parts'],
  ['split', [f(2), -1], 'split: axis 0 of [2] does not divide into -1 equal parts'],
  ['split', [f(2), 0.5], 'split: axis 0 of [2] does not divide into 0.5 equal parts'],
  ['concat', [3], 'concat: its input must be a list of tensors, got 3'],
  ['concat', [[]], 'concat: wants at least one tensor'],
  ['concat', [[f(1)], 1], 'concat: axis 1 is out of range for a tensor of rank 1'],
  ['concat', [[f(1, 2), f(1, 3)]], 'concat: shapes differ beyond axis 0: [1, 2] and [1, 3]'],
  ['concat', [[f(1), f(1, 1)]], 'concat: shapes differ beyond axis 0: [1] and [1, 1]'],
  ['concat', [[f(1, 1), f(1)]], 'concat: shapes differ beyond axis 0: [1, 1] and [1]'],
  ['concat', [[f(1), i(1)]], 'concat: dtypes differ: float32 and int32'],
  ['pad', [f(1), 0, [0]], 'pad: before must be a list, got 0'],
  ['pad', [f(1), [0], 0], 'pad: after must be a list, got 0'],
  ['pad', [f(1), [0], [0], '0'], 'pad: the value must be a number, got "0"'],
  ['pad', [f(1), [0, 0], [0]], 'pad: wants 1 sizes before and after, got 2 and 1'],
  ['pad', [f(1), [0], []], 'pad: wants 1 sizes before and after, got 1 and 0'],
  ['pad', [f(1), [-1], [0]], 'pad: sizes must be whole numbers of at least 0, got [-1]'],
  ['pad', [f(1), [0], [-1]], 'pad: sizes must be whole numbers of at least 0, got [-1]'],
  ['broadcastTo', [f(2), 2], 'broadcastTo: a shape is a list of sizes such as [2, 3], got 2'],
  ['broadcastTo', [f(2), [3]], 'broadcastTo: [2] does not broadcast to [3]'],
  ['reshape', [f(2), [3]], 'reshape: 2 elements do not fill [3]'],
  ['gather', [f(2), i(1)], 'gather: wants a table [rows, D], got [2]'],
  ['gather', [f(2, 1), f(1)], 'gather: indices must be int32, got float32'],
  ['scatterAdd', [f(1), f(1, 1), 1], 'scatterAdd: indices must be int32, got float32'],
  ['scatterAdd', [i(1), f(2, 1), 2], 'scatterAdd: indices [1] do not match updates [2, 1]'],
  ['scatterAdd', [i(1), f(), 2], 'scatterAdd: indices [1] do not match updates []'],
  ['scatterAdd', [i(2), f(2, 1), 1], 'scatterAdd: indices must be rows in [0, 1), got 1 at [0]'],
  ['gather', [f(1, 1), i(2)], 'gather: indices must be rows in [0, 1), got 1 at [0]'],
  ['takeAlongAxis', [f(1), i(1)], 'takeAlongAxis: indices must be places in [0, 1), got 1 at [0]'],
  [
    'crossEntropyRows',
    [f(1, 1), i(1), 0],
    'crossEntropy: targets must be classes in [0, 1) or the ignoreIndex 0, got 1 at [0]',
  ],
  ['crossEntropyRows', [f(1, 2), i(1), '0'], 'crossEntropy: ignoreIndex must be a number, got "0"'],
  ['oneHot', [f(1), 2], 'oneHot: indices must be int32, got float32'],
  ['oneHot', [i(1), -1], 'oneHot: sizes must be whole numbers of at least 0, got [-1]'],
  ['takeAlongAxis', [f(1), f(1)], 'takeAlongAxis: indices must be int32, got float32'],
  ['takeAlongAxis', [f(1), i(1), 1], 'takeAlongAxis: axis 1 is out of range for a tensor of rank 1'],
  ['takeAlongAxis', [f(1, 2), i(1)], 'takeAlongAxis: indices [1] do not match [1, 2] beyond axis 1'],
  ...['sum', 'mean', 'max', 'min', 'prod', 'logsumexp', 'std'].map((op): [string, unknown[], string] => [
    op,
    [f(1), [1]],
    `${op === 'std' ? 'var' : op}: axis 1 is out of range for a tensor of rank 1`,
  ]),
  ...['argmax', 'argmin', 'cumsum', 'argsort'].map((op): [string, unknown[], string] => [
    op,
    [f(1), 1],
    `${op}: axis 1 is out of range for a tensor of rank 1`,
  ]),
  ...(
    [
      ['sum', 'keepDims', [f(1), 0, 1]],
      ['max', 'keepDims', [f(1), 0, 1]],
      ['min', 'keepDims', [f(1), 0, 1]],
      ['cumsum', 'reverse', [f(1), 0, 1]],
      ['topk', 'largest', [f(1), 1, 0, { largest: 1 }]],
      ['matmul', 'transposeA', [f(1, 1), f(1, 1), { transposeA: 1 }]],
      ['matmul', 'transposeB', [f(1, 1), f(1, 1), { transposeB: 1 }]],
    ] as const
  ).map(([op, flag, args]): [string, unknown[], string] => [
    op,
    [...args],
    `${op}: ${flag} must be true or false, got 1`,
  ]),
  ['max', [f(0)], 'max: an empty axis of [0] has no largest element'],
  ['argmax', [f(0)], 'argmax: an empty axis of [0] has no largest element'],
  ['min', [f(0)], 'min: an empty axis of [0] has no smallest element'],
  ['argmin', [f(0)], 'argmin: an empty axis of [0] has no smallest element'],
  ['norm', [f(0), Number.POSITIVE_INFINITY], 'norm: an empty axis of [0] has no largest element'],
  ['norm', [f(1), '2'], 'norm: order must be a number, got "2"'],
  ['norm', [f(1), 0], 'norm: order must be a number above 0 or Infinity, got 0'],
  ['norm', [f(1), 2, [1]], 'norm: axis 1 is out of range for a tensor of rank 1'],
  ['topk', [f(1), '1'], 'topk: k must be a number, got "1"'],
  ['topk', [f(1), 1, 1], 'topk: axis 1 is out of range for a tensor of rank 1'],
  ['topk', [f(2), 3], 'topk: k must be a whole number from 0 to 2, the length of axis 0 of [2], got 3'],
  ...(['add', 'sub', 'mul', 'div', 'pow', 'maximum'] as const).map((op): [string, unknown[], string] => [
    op,
    [i(1), 2],
    `${op}: wants a float tensor, got int32; use .cast('float32')`,
  ]),
  ['clamp', [f(1), '0'], 'clamp: min must be a number, got "0"'],
  ['clamp', [f(1), 0, null], 'clamp: max must be a number, got null'],
  ['sort', [f(1), 1], 'sort: axis 1 is out of range for a tensor of rank 1'],
  ['sort', [f(1), '0'], 'sort: an axis is a number, got "0"'],
  ['sort', [f(1), 0, { descending: 1 }], 'sort: descending must be true or false, got 1'],
  ['sort', [f(1), 0, { up: true }], 'sort: there is no option "up"; it takes descending'],
  ['softmax', [f(1), 1], 'softmax: axis 1 is out of range for a tensor of rank 1'],
  ['logSoftmax', [f(1), '0'], 'logSoftmax: an axis is a number, got "0"'],
  ['variance', [f(1), 0, { correction: Number.NaN }], 'var: correction must be a finite number, got NaN'],
  ['variance', [f(1), 0, { correction: '1' }], 'var: correction must be a number, got "1"'],
  ['reshape', [f(4), [-1, -1]], 'reshape: only one size can be inferred, got [-1, -1]'],
  ['matmul', [i(1, 1), i(1, 1)], "matmul: wants a float tensor, got int32; use .cast('float32')"],
  ['matmul', [f(1, 1), i(1, 1)], 'matmul: dtypes differ: float32 and int32'],
  ['matmul', [f(1), f(1, 1)], 'matmul: both operands must have at least 2 axes: [1] @ [1, 1]'],
  ['matmul', [f(1, 1), f(1)], 'matmul: both operands must have at least 2 axes: [1, 1] @ [1]'],
  ['matmul', [f(2, 3), f(4, 5)], 'matmul: inner dimensions differ: [2, 3] @ [4, 5]'],
  [
    'matmul',
    [f(2, 3), f(4, 5), { transposeA: true, transposeB: true }],
    'matmul: inner dimensions differ: [2, 3]ᵀ @ [4, 5]ᵀ',
  ],
  ['matmul', [f(2, 1, 1), f(3, 1, 1)], 'matmul: shapes do not broadcast: [2] and [3]'],
  ['where', [f(1), f(1), f(1)], 'where: the condition must be int32, got float32'],
  ['where', [i(1), f(1), i(1)], 'where: dtypes differ: float32 and int32'],
  ['where', [i(1), f(2), f(3)], 'where: shapes do not broadcast: [2] and [3]'],
  ['where', [i(3), f(2), f(2)], 'where: shapes do not broadcast: [2] and [3]'],
  ['fill', [3, [1], 0, 'float32'], 'fill: a backend is what createBackend makes, got 3'],
  ['compare', ['eq', 3, 1], 'eq: a must be a tensor, got 3; tensor() makes one of it'],
  [
    'fill',
    [sphere.currentBackend(), [-1], 0, 'float32'],
    'fill: sizes must be whole numbers of at least 0, got [-1]',
  ],
  ['compare', ['is', f(1), 1], 'compare: the op must be eq, ne, lt, le, gt or ge, got is'],
  ['unit', [f(1), 1], 'unit: axis 1 is out of range for a tensor of rank 1'],
  ['unitInPlace', [f(1), 1], 'unitInPlace: axis 1 is out of range for a tensor of rank 1'],
  ['rmsNorm', [f(1), f(1), '1'], 'rmsNorm: epsilon must be a number, got "1"'],
  ['rmsNorm', [f(2), f(1)], 'rmsNorm: weight must be [2], got [1]'],
  ['rope', [f(1, 1, 1, 2), f(2, 1, 2), 0, 1], 'rope: transposed must be true or false, got 1'],
  [
    'attention',
    [f(1, 1, 1, 2), f(1, 1, 1, 2), f(1, 1, 1, 2), '1'],
    'attention: scale must be a number, got "1"',
  ],
  [
    'attentionWeights',
    [f(1, 1, 1, 2), f(1, 1, 1, 2), '1'],
    'attentionWeights: scale must be a number, got "1"',
  ],
  [
    'attentionWeights',
    [f(1, 1, 2), f(1, 1, 2), 1],
    'attentionWeights: wants q [B, H, T, D] and k [B, H, S, D] with S ≥ T, got [1, 1, 2] and [1, 1, 2]',
  ],
  ['swiglu', [f()], 'swiglu: the last axis must be even, got []'],
  ['rope', [f(1, 1, 1, 2), f(2, 1, 2), '0'], 'rope: offset must be a number, got "0"'],
  [
    'rope',
    [f(1, 1, 1, 3), f(2, 1, 3)],
    'rope: wants [B, T, H, D] with an even head size D, got [1, 1, 1, 3]',
  ],
  [
    'rope',
    [f(1, 1, 1, 2, 2), f(2, 1, 2)],
    'rope: wants [B, T, H, D] with an even head size D, got [1, 1, 1, 2, 2]',
  ],
  ['rope', [f(1, 1, 2), f(2, 1, 2)], 'rope: wants [B, T, H, D] with an even head size D, got [1, 1, 2]'],
  [
    'rope',
    [f(1, 2, 1, 2), f(2, 2, 2), 1],
    'rope: the table [2, 2, 2] does not cover positions 1 to 3 of [1, 2, 1, 2]',
  ],
  [
    'rope',
    [f(1, 2, 1, 2), f(2, 2, 2), -1],
    'rope: the table [2, 2, 2] does not cover positions -1 to 1 of [1, 2, 1, 2]',
  ],
  [
    'rope',
    [f(1, 2, 1, 2), f(2, 2, 4)],
    'rope: the table [2, 2, 4] does not cover positions 0 to 2 of [1, 2, 1, 2]',
  ],
  [
    'rope',
    [f(1, 2, 1, 2), f(3, 2, 2)],
    'rope: the table [3, 2, 2] does not cover positions 0 to 2 of [1, 2, 1, 2]',
  ],
  [
    'rope',
    [f(1, 2, 1, 2), f(2, 2, 2, 1)],
    'rope: the table [2, 2, 2, 1] does not cover positions 0 to 2 of [1, 2, 1, 2]',
  ],
  ['swiglu', [f(3)], 'swiglu: the last axis must be even, got [3]'],
  ['swiglu', [f()], 'swiglu: the last axis must be even, got []'],
  ['scaledSwiglu', [f(3), f(3)], 'scaledSwiglu: the last axis must be even, got [3]'],
  ['scaledSwiglu', [f(4), f(2)], 'scaledSwiglu: scale must be [4], got [2]'],
  ['scaledSwiglu', [f(4), i(4)], 'scaledSwiglu: scale must be float32, got int32'],
  ['sphereStep', [f(1, 2), f(2), f(2)], 'sphereStep: target must be [1, 2], got [2]'],
  ['sphereStep', [f(1, 2), f(1, 2), f(1)], 'sphereStep: alpha must be [2], got [1]'],
  ['assignInPlace', [f(1), f(2)], 'assignInPlace: shapes differ: [1] and [2]'],
  ['assignInPlace', [f(1), i(1)], 'assignInPlace: dtypes differ: float32 and int32'],
  ['dot', [f(1, 1), f(1)], 'dot: wants two vectors, got [1, 1] and [1]'],
  ['dot', [f(1), f(2)], 'dot: lengths differ: [1] and [2]'],
  ['outer', [f(1), f()], 'outer: wants two vectors, got [1] and []'],
  ['tile', [f(1), -1], 'tile: sizes must be whole numbers of at least 0, got [-1]'],
  ['repeatInterleave', [f(1), -1], 'repeatInterleave: sizes must be whole numbers of at least 0, got [-1]'],
  ['repeatInterleave', [f(1), 1, 1], 'repeatInterleave: axis 1 is out of range for a tensor of rank 1'],
  ['flip', [f(1), 1], 'flip: axis 1 is out of range for a tensor of rank 1'],
  ['roll', [f(1), '1'], 'roll: shift must be a number, got "1"'],
  ['roll', [f(1), 0.5], 'roll: shift must be a whole number, got 0.5'],
  ['roll', [f(1), 1, 1], 'roll: axis 1 is out of range for a tensor of rank 1'],
  ['stack', [3], 'stack: its input must be a list of tensors, got 3'],
  ['stack', [[]], 'stack: wants at least one tensor'],
  ['stack', [[f(1), f(2)]], 'stack: shapes differ: [1] and [2]'],
  ['stack', [[f(1)], 2], 'stack: axis 2 is out of range for a tensor of rank 2'],
  ['squeeze', [f(1), 1], 'squeeze: axis 1 is out of range for a tensor of rank 1'],
  ['unsqueeze', [f(1), 2], 'unsqueeze: axis 2 is out of range for a tensor of rank 2'],
  ['flatten', [f(1), 1], 'flatten: axis 1 is out of range for a tensor of rank 1'],
  ['flatten', [f(1, 2), 1, 0], 'flatten: axis 0 comes before axis 1'],
  ['maskedFill', [f(1), f(1), 0], 'maskedFill: the mask must be int32, got float32'],
  ['maskedFill', [f(1), i(2), 0], 'maskedFill: the mask [2] does not broadcast to [1]'],
  ['tril', [f(1)], 'tril: wants at least two axes, got [1]'],
  ['triu', [f(1)], 'triu: wants at least two axes, got [1]'],
  ['tril', [f(1, 1), 0.5], 'tril: wants a whole number of places, got 0.5'],
  ['diag', [f(1, 1, 1)], 'diag: wants one or two axes, got [1, 1, 1]'],
  ['diag', [f(1), 0.5], 'diag: wants a whole number of places, got 0.5'],
  ['diagonal', [f(1, 1), 0.5], 'diagonal: wants a whole number of places, got 0.5'],
  ['diagonal', [f(1, 1), 0, 1, -1], 'diagonal: axes 1 and -1 are the same'],
  ['diagonal', [f(1, 1), 0, 2], 'diagonal: axis 2 is out of range for a tensor of rank 2'],
  ['hardtanh', [f(1), '0'], 'hardtanh: min must be a number, got "0"'],
  ['hardtanh', [f(1), 0, '1'], 'hardtanh: max must be a number, got "1"'],
  ['hardtanh', [f(1), 1, 1], 'hardtanh: min must be below max, got 1 and 1'],
  ['gelu', [f(1), { approximate: 'erf' }], 'gelu: approximate must be none or tanh, got erf'],
  ['einsum', [3], "einsum: wants an equation such as 'ij,jk->ik', got 3"],
  ['einsum', ['i->i', i(1)], "einsum: wants a float tensor, got int32; use .cast('float32')"],
  ['einsum', ['i->i->i', f(1)], "einsum 'i->i->i': there is more than one '->'"],
  ['einsum', ['i,i', f(1)], "einsum 'i,i': 2 terms for 1 operand"],
  ['einsum', ['i', f(1), f(1)], "einsum 'i': 1 term for 2 operands"],
  ['einsum', ['ij', f(1)], "einsum 'ij': 'ij' has 2 letters for the 1 axis of [1]"],
  ['einsum', ['i', f(1, 1)], "einsum 'i': 'i' has 1 letter for the 2 axes of [1, 1]"],
  ['einsum', ['ij...', f(1)], "einsum 'ij...': 'ij...' has 2 letters for the 1 axis of [1]"],
  ['einsum', ['i...j', f(1)], "einsum 'i...j': 'i...j' has 2 letters for the 1 axis of [1]"],
  ['einsum', ['i,i', f(2), f(3)], "einsum 'i,i': 'i' has length 2 and, in [3], 3"],
  ['einsum', ['...,...', f(2), f(3)], "einsum '...,...': axis -1 of '...' has length 2 and, in [3], 3"],
  [
    'einsum',
    ['...,...', f(2, 1), f(3, 1)],
    "einsum '...,...': axis -2 of '...' has length 2 and, in [3, 1], 3",
  ],
  ['einsum', ['i->j', f(1)], "einsum 'i->j': no operand has the 'j' of the output"],
  ['einsum', ['i->ii', f(1)], "einsum 'i->ii': 'i' occurs twice in the output"],
  [
    'einsum',
    ['i1', f(1)],
    "einsum 'i1': 'i1' is no term; wanted is a letter for each axis, or '...' for some of them",
  ],
  ['argsort', [f(1), 0, { up: true }], 'argsort: there is no option "up"; it takes descending'],
  ['topk', [f(1), 1, 0, { up: true }], 'topk: there is no option "up"; it takes largest'],
  ['gelu', [f(1), { up: true }], 'gelu: there is no option "up"; it takes approximate'],
  ['variance', [f(1), 0, { up: true }], 'variance: there is no option "up"; it takes correction, keepDims'],
  [
    'matmul',
    [f(1, 1), f(1, 1), { up: true }],
    'matmul: there is no option "up"; it takes transposeA, transposeB',
  ],
];

/** They want a shape and a dtype, and no more. */
const SHAPE_ONLY = ['scalarLike', 'zerosLike', 'onesLike'];

describe('an op of a tensor that was disposed', () => {
  const gone = f(1);
  gone.dispose();
  const wants = [
    ...WANT_TENSOR.filter(([op]) => !SHAPE_ONLY.includes(op)).map(([op, args]) => [op, args] as const),
    ...['add', 'sub', 'mul', 'div', 'pow', 'maximum', 'eq'].map((op) => [op, [f(1), X]] as const),
    ['sort', [X]] as const,
  ];

  it.each(wants)('%s(%j) says so in its own name', (op, args) => {
    const said = messageOf(() => (op === 'eq' ? f(1).eq(gone) : ops[op](...withArgument([...args], gone))));
    expect(said).toBe(`${op}: the tensor [1] was disposed; return it from its scope or keep() it`);
  });

  it.each(SHAPE_ONLY)('%s asks for no values', (op) => {
    const made = ops[op](...(op === 'scalarLike' ? [1, gone] : [gone])) as Tensor;
    expect(made.size).toBe(1);
  });
});

describe('an op that wants something else', () => {
  it.each(OTHERS)('%s says what: %#', (op, args, message) => {
    expect(messageOf(() => ops[op](...args))).toBe(message);
  });

  it('fill holds int32 to its range', () => {
    const backend = sphere.currentBackend();
    expect(messageOf(() => fill(backend, [1], 2 ** 31, 'int32'))).toBe(
      'fill: int32 holds whole numbers from -2147483648 to 2147483647, got 2147483648',
    );
    expect(messageOf(() => fill(backend, [1], '1' as never, 'float32'))).toBe(
      'fill: the value must be a number, got "1"',
    );
    expect(messageOf(() => fill(backend, 1 as never, 1, 'float32'))).toBe(
      'fill: a shape is a list of sizes such as [2, 3], got 1',
    );
    expect([...fill(backend, [1], -1.5, 'int32').dataSync()]).toEqual([-1]);
    expect(messageOf(() => sphere.pad(tensor(Int32Array.of(1)), [1], [0], 2 ** 31))).toBe(
      'pad: int32 holds whole numbers from -2147483648 to 2147483647, got 2147483648',
    );
  });

  it('the rows of a cross-entropy fit their targets', () => {
    const wants = 'crossEntropy: wants logits [N, V] and targets [N], got';
    for (const [logits, targets, got] of [
      [f(1), i(1), '[1] and [1]'],
      [f(1, 0), i(1), '[1, 0] and [1]'],
      [f(2, 1), i(1), '[2, 1] and [1]'],
    ] as const) {
      expect(messageOf(() => crossEntropyRows(logits, targets))).toBe(`${wants} ${got}`);
    }
    expect(messageOf(() => crossEntropyRows(f(1, 1), f(1)))).toBe(
      'crossEntropy: targets must be int32, got float32',
    );
  });

  it('keys and values fit the queries', () => {
    const q = f(2, 2, 3, 4);
    const wants = 'attention: wants q [B, T, H, D] and k, v [B, S, H, D] with S ≥ T, got';
    for (const [k, v] of [
      [f(1, 2, 3, 4), f(1, 2, 3, 4)],
      [f(2, 1, 3, 4), f(2, 1, 3, 4)],
      [f(2, 2, 1, 4), f(2, 2, 1, 4)],
      [f(2, 2, 3, 2), f(2, 2, 3, 2)],
      [f(2, 2, 3, 4), f(2, 3, 3, 4)],
    ]) {
      const shapes = [q, k, v].map((x) => sphere.formatShape(x.shape)).join(', ');
      expect(messageOf(() => sphere.attention(q, k, v, 1))).toBe(`${wants} ${shapes}`);
    }
    expect(messageOf(() => sphere.attention(f(2, 3, 4), f(2, 3, 4), f(2, 3, 4), 1))).toContain(wants);
    expect(sphere.attention(q, f(2, 3, 3, 4), f(2, 3, 3, 4), 1).shape).toEqual([2, 2, 3, 4]);
    const weights = 'attentionWeights: wants q [B, H, T, D] and k [B, H, S, D] with S ≥ T, got';
    for (const k of [f(1, 2, 3, 4), f(2, 1, 3, 4), f(2, 2, 2, 4), f(2, 2, 3, 1)]) {
      expect(messageOf(() => sphere.attentionWeights(q, k, 1))).toBe(
        `${weights} [2, 2, 3, 4] and ${sphere.formatShape(k.shape)}`,
      );
    }
    expect(messageOf(() => sphere.attentionWeights(f(2, 3, 4), f(2, 3, 4), 1))).toContain(weights);
    expect(sphere.attentionWeights(q, f(2, 2, 5, 4), 1).shape).toEqual([2, 2, 3, 5]);
  });
});
