import { describe, expect, it } from 'vitest';
import {
  attention,
  attentionWeights,
  createBackend,
  crossEntropyRows,
  DTypeError,
  logSoftmax,
  ones,
  rmsNorm,
  rope,
  type Shape,
  ShapeError,
  scaledSwiglu,
  softmax,
  sphereStep,
  swiglu,
  type Tensor,
  unit,
  withBackend,
} from '../../../src/index.js';

const float = (...shape: number[]): Tensor => ones(shape);
const int = (...shape: number[]): Tensor => ones(shape, { dtype: 'int32' });
const backends = [
  ['reference', await createBackend('reference')],
  ['wasm', await createBackend('wasm')],
] as const;

/** What does not fit, and the message that says so. */
const SHAPES: Readonly<Record<string, readonly [op: () => Tensor, message: string]>> = {
  'unit of a scalar': [() => unit(float()), 'unit: axis -1 is out of range for a tensor of rank 0'],
  'unit along an axis too many': [
    () => unit(float(2), 1),
    'unit: axis 1 is out of range for a tensor of rank 1',
  ],
  'softmax of a scalar': [() => softmax(float()), 'softmax: axis -1 is out of range for a tensor of rank 0'],
  'logSoftmax of a scalar': [
    () => logSoftmax(float()),
    'logSoftmax: axis -1 is out of range for a tensor of rank 0',
  ],
  'rmsNorm with a weight of another size': [
    () => rmsNorm(float(2, 3), float(2)),
    'rmsNorm: weight must be [3], got [2]',
  ],
  'crossEntropy of one row': [
    () => crossEntropyRows(float(3), int(3)),
    'crossEntropy: wants logits [N, V] and targets [N], got [3] and [3]',
  ],
  'crossEntropy with too few targets': [
    () => crossEntropyRows(float(2, 3), int(1)),
    'crossEntropy: wants logits [N, V] and targets [N], got [2, 3] and [1]',
  ],
  'crossEntropy over no classes': [
    () => crossEntropyRows(float(2, 0), int(2)),
    'crossEntropy: wants logits [N, V] and targets [N], got [2, 0] and [2]',
  ],
  'rope of three axes': [
    () => rope(float(2, 3, 4), float(2, 3, 4)),
    'rope: wants [B, T, H, D] with an even head size D, got [2, 3, 4]',
  ],
  'rope of an odd head': [
    () => rope(float(1, 2, 1, 3), float(2, 2, 3)),
    'rope: wants [B, T, H, D] with an even head size D, got [1, 2, 1, 3]',
  ],
  'rope past the end of its table': [
    () => rope(float(1, 2, 1, 4), float(2, 3, 4), 2),
    'rope: the table [2, 3, 4] does not cover positions 2 to 4 of [1, 2, 1, 4]',
  ],
  'rope before the start of its table': [
    () => rope(float(1, 2, 1, 4), float(2, 3, 4), -1),
    'rope: the table [2, 3, 4] does not cover positions -1 to 1 of [1, 2, 1, 4]',
  ],
  'rope with the table of another head size': [
    () => rope(float(1, 2, 1, 4), float(2, 3, 2)),
    'rope: the table [2, 3, 2] does not cover positions 0 to 2 of [1, 2, 1, 4]',
  ],
  'swiglu of an odd row': [() => swiglu(float(2, 3)), 'swiglu: the last axis must be even, got [2, 3]'],
  'swiglu of a scalar': [() => swiglu(float()), 'swiglu: the last axis must be even, got []'],
  'scaledSwiglu of an odd row': [
    () => scaledSwiglu(float(2, 3), float(3)),
    'scaledSwiglu: the last axis must be even, got [2, 3]',
  ],
  'scaledSwiglu with a scale for one half': [
    () => scaledSwiglu(float(2, 4), float(2)),
    'scaledSwiglu: scale must be [4], got [2]',
  ],
  'attention to fewer keys than queries': [
    () => attention(float(1, 3, 2, 4), float(1, 2, 2, 4), float(1, 2, 2, 4), 1),
    attentionMessage([1, 3, 2, 4], [1, 2, 2, 4], [1, 2, 2, 4]),
  ],
  'attention to keys of another head': [
    () => attention(float(1, 2, 2, 4), float(1, 2, 2, 3), float(1, 2, 2, 3), 1),
    attentionMessage([1, 2, 2, 4], [1, 2, 2, 3], [1, 2, 2, 3]),
  ],
  'attention with fewer values than keys': [
    () => attention(float(1, 2, 2, 4), float(1, 3, 2, 4), float(1, 2, 2, 4), 1),
    attentionMessage([1, 2, 2, 4], [1, 3, 2, 4], [1, 2, 2, 4]),
  ],
  'attention of three axes': [
    () => attention(float(2, 2, 4), float(2, 2, 4), float(2, 2, 4), 1),
    attentionMessage([2, 2, 4], [2, 2, 4], [2, 2, 4]),
  ],
  'attention weights of fewer keys than queries': [
    () => attentionWeights(float(1, 2, 3, 4), float(1, 2, 2, 4), 1),
    'attentionWeights: wants q [B, H, T, D] and k [B, H, S, D] with S ≥ T, got [1, 2, 3, 4] and [1, 2, 2, 4]',
  ],
  'attention weights of keys of another head': [
    () => attentionWeights(float(1, 2, 3, 4), float(1, 1, 3, 4), 1),
    'attentionWeights: wants q [B, H, T, D] and k [B, H, S, D] with S ≥ T, got [1, 2, 3, 4] and [1, 1, 3, 4]',
  ],
  'sphereStep to a target of another shape': [
    () => sphereStep(float(2, 3), float(1, 3), float(3)),
    'sphereStep: target must be [2, 3], got [1, 3]',
  ],
  'sphereStep with rates for other axes': [
    () => sphereStep(float(2, 3), float(2, 3), float(2)),
    'sphereStep: alpha must be [3], got [2]',
  ],
};

const DTYPES: Readonly<Record<string, readonly [op: () => Tensor, message: RegExp]>> = {
  unit: [() => unit(int(2)), /^unit: wants a float tensor, got int32/],
  rmsNorm: [() => rmsNorm(int(2), float(2)), /^rmsNorm: wants a float tensor, got int32/],
  softmax: [() => softmax(int(2)), /^softmax: wants a float tensor, got int32/],
  logSoftmax: [() => logSoftmax(int(2)), /^logSoftmax: wants a float tensor, got int32/],
  crossEntropy: [() => crossEntropyRows(int(1, 2), int(1)), /^crossEntropy: wants a float tensor, got int32/],
  'crossEntropy targets': [
    () => crossEntropyRows(float(1, 2), float(1)),
    /^crossEntropy: targets must be int32, got float32/,
  ],
  rope: [() => rope(int(1, 1, 1, 2), float(2, 1, 2)), /^rope: wants a float tensor, got int32/],
  swiglu: [() => swiglu(int(2)), /^swiglu: wants a float tensor, got int32/],
  scaledSwiglu: [() => scaledSwiglu(int(2), float(2)), /^scaledSwiglu: wants a float tensor, got int32/],
  'scaledSwiglu scale': [
    () => scaledSwiglu(float(2), int(2)),
    /^scaledSwiglu: scale must be float32, got int32/,
  ],
  attention: [
    () => attention(int(1, 1, 1, 1), float(1, 1, 1, 1), float(1, 1, 1, 1), 1),
    /^attention: wants a float tensor, got int32/,
  ],
  sphereStep: [
    () => sphereStep(int(1, 2), float(1, 2), float(2)),
    /^sphereStep: wants a float tensor, got int32/,
  ],
};

function attentionMessage(...shapes: Shape[]): string {
  const given = shapes.map((shape) => `[${shape.join(', ')}]`).join(', ');
  return `attention: wants q [B, T, H, D] and k, v [B, S, H, D] with S ≥ T, got ${given}`;
}

describe.each(backends)('on %s', (_, backend) => {
  it.each(Object.keys(SHAPES))('%s', (name) => {
    const [op, message] = SHAPES[name];
    withBackend(backend, () => {
      expect(op).toThrow(ShapeError);
      expect(op).toThrow(message);
    });
  });

  it.each(Object.keys(DTYPES))('integers where %s wants floats, or the other way round', (name) => {
    const [op, message] = DTYPES[name];
    withBackend(backend, () => {
      expect(op).toThrow(DTypeError);
      expect(op).toThrow(message);
    });
  });
});
