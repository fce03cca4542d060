import { describe, expect, it } from 'vitest';
import { rmsNormBackward, unitBackward } from '../../src/autograd/fused-derivatives.js';
import { type Backend, createBackend, type FusedKernels, tensor } from '../../src/index.js';

const reference = await createBackend('reference', { dtype: 'float32' });

/** The reference backend with `kernels` for derivatives whose values give them away. */
const withKernels = (kernels: Partial<FusedKernels>): Backend => ({ ...reference, fused: kernels });

const marked = withKernels({
  unitBackward: () => reference.upload(Float32Array.of(7, 7), 'float32'),
  rmsNormBackward: () => [
    reference.upload(Float32Array.of(7, 7), 'float32'),
    reference.upload(Float32Array.of(8), 'float32'),
  ],
});

const ofTwo = (backend: Backend, dtype: 'float32' | 'float64' = 'float32') =>
  tensor([3, 4], [2, 1], { backend, dtype });

describe('the derivative of a fused op', () => {
  it('is what the kernel of the backend says, in the shapes of the operands', () => {
    const x = ofTwo(marked);
    const weight = tensor([2], [1], { backend: marked, dtype: 'float32' });
    const gradient = unitBackward(x, x);
    expect([gradient.shape, [...gradient.dataSync()]]).toEqual([
      [2, 1],
      [7, 7],
    ]);
    const both = rmsNormBackward(x, x, weight, 1e-3);
    expect(both.map(({ shape }) => shape)).toEqual([[2, 1], [1]]);
    expect(both.map((part) => [...part.dataSync()])).toEqual([[7, 7], [8]]);
  });

  it('is what the definition says where no kernel is, for other floats, and while it is recorded', () => {
    for (const [backend, dtype] of [
      [reference, 'float32'],
      [marked, 'float64'],
    ] as const) {
      const x = ofTwo(backend, dtype);
      expect([...unitBackward(x, x).dataSync()]).toEqual([0, 0]);
    }
    const g = ofTwo(marked).setRequiresGrad();
    const recorded = unitBackward(g, ofTwo(marked));
    expect([recorded.requiresGrad, [...recorded.dataSync()]]).toEqual([true, [0, 0]]);
  });

  it('refuses tensors on two backends', () => {
    expect(() => unitBackward(ofTwo(marked), ofTwo(reference))).toThrow(
      'unitBackward: tensors on two backends, both reference (float32): init() was called again after one of them was made',
    );
  });
});
