import { describe, expect, it } from 'vitest';
import {
  adamStepInPlace,
  attention,
  BackendError,
  createBackend,
  DTypeError,
  ones,
  rmsNorm,
  rope,
  ShapeError,
  scatterAdd,
  sphereStep,
  type Tensor,
  withBackend,
} from '../../../src/index.js';

const float = (...shape: number[]): Tensor => ones(shape);
const int = (...shape: number[]): Tensor => ones(shape, { dtype: 'int32' });
const other = await createBackend('wasm');
const backends = [
  ['reference', await createBackend('reference')],
  ['wasm', await createBackend('wasm')],
] as const;

const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, step: 1 };
const step = (gradient: Tensor, scale: Tensor | null) =>
  adamStepInPlace(float(2), gradient, float(2), float(2), scale, settings);

/** Operands that a fused kernel would read as something else, or from another memory. */
const REFUSED: Readonly<
  Record<string, readonly [op: () => unknown, error: typeof DTypeError, message: string]>
> = {
  'rmsNorm by integers': [
    () => rmsNorm(float(2, 2), int(2)),
    DTypeError,
    'rmsNorm: weight must be float32, got int32',
  ],
  'rope by integers': [
    () => rope(float(1, 1, 1, 2), int(2, 1, 2)),
    DTypeError,
    'rope: table must be float32, got int32',
  ],
  'rope from half a position on': [
    () => rope(float(1, 1, 1, 2), float(2, 4, 2), 0.5),
    ShapeError,
    'rope: the table [2, 4, 2] does not cover positions 0.5 to 1.5 of [1, 1, 1, 2]',
  ],
  'rope from nowhere': [
    () => rope(float(1, 1, 1, 2), float(2, 4, 2), Number.NaN),
    ShapeError,
    'rope: the table [2, 4, 2] does not cover positions NaN to NaN of [1, 1, 1, 2]',
  ],
  'attention to integer keys': [
    () => attention(float(1, 1, 1, 2), int(1, 2, 1, 2), float(1, 2, 1, 2), 1),
    DTypeError,
    'attention: k must be float32, got int32',
  ],
  'attention to integer values': [
    () => attention(float(1, 1, 1, 2), float(1, 2, 1, 2), int(1, 2, 1, 2), 1),
    DTypeError,
    'attention: v must be float32, got int32',
  ],
  'sphereStep to integers': [
    () => sphereStep(float(2, 2), int(2, 2), float(2)),
    DTypeError,
    'sphereStep: target must be float32, got int32',
  ],
  'sphereStep at integer rates': [
    () => sphereStep(float(2, 2), float(2, 2), int(2)),
    DTypeError,
    'sphereStep: alpha must be float32, got int32',
  ],
  'scatterAdd of scalars': [
    () => scatterAdd(int(), float(), 2),
    ShapeError,
    'scatterAdd: indices [] do not match updates []',
  ],
  'scatterAdd to fewer than no rows': [
    () => scatterAdd(int(1), float(1, 2), -1),
    ShapeError,
    'scatterAdd: sizes must be whole numbers of at least 0, got [-1]',
  ],
  'scatterAdd to half a row': [
    () => scatterAdd(int(1), float(1, 2), 1.5),
    ShapeError,
    'scatterAdd: sizes must be whole numbers of at least 0, got [1.5]',
  ],
  'Adam with a gradient of another backend': [
    () =>
      step(
        withBackend(other, () => float(2)),
        null,
      ),
    BackendError,
    'adamStepInPlace: tensors on two backends',
  ],
  'Adam with a scale of another backend': [
    () =>
      step(
        float(2),
        withBackend(other, () => float()),
      ),
    BackendError,
    'adamStepInPlace: tensors on two backends',
  ],
  'Adam with a scale for every element': [
    () => step(float(2), float(2)),
    ShapeError,
    'adamStepInPlace: gradientScale must be a scalar, got [2]',
  ],
  'Adam with an integer scale': [
    () => step(float(2), int()),
    DTypeError,
    'adamStepInPlace: dtypes differ: float32 and int32',
  ],
};

describe.each(backends)('%s refuses', (_, backend) => {
  it.each(Object.keys(REFUSED))('%s', (name) => {
    const [op, error, message] = REFUSED[name];
    withBackend(backend, () => {
      expect(op).toThrow(error);
      expect(op).toThrow(message);
    });
  });
});
