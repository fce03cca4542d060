import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type Backend,
  createBackend,
  init,
  ones,
  scaledSwiglu,
  swiglu,
  withBackend,
} from '../../../src/index.js';
import type { FusedKernels } from '../../../src/tensor/backend.js';
import { expectAgreement } from '../../helpers/kernels/agreement.js';
import { FUSED } from '../../helpers/kernels/fused-cases.js';
import { asyncProperty } from '../../helpers/values/draw.js';

describe('a backend that has a fused kernel', () => {
  let oracle: Backend;
  let backend: Backend;
  beforeAll(async () => {
    oracle = await init('reference', { dtype: 'float64' });
    backend = await createBackend('wasm');
  });

  it.each(Object.keys(FUSED) as (keyof FusedKernels)[])(
    'runs it, and it does what the definition does: %s',
    async (name) => {
      const kernel = vi.spyOn(backend.fused, name);
      await asyncProperty(async (draw) => {
        kernel.mockClear();
        await expectAgreement(backend, oracle, FUSED[name](draw));
        expect(kernel).toHaveBeenCalled();
      }, 5);
      kernel.mockRestore();
    },
  );

  it('gives what is gated half the width', () => {
    withBackend(backend, () => {
      for (const gated of [swiglu(ones([2, 3, 4])), scaledSwiglu(ones([2, 3, 4]), ones([4]))]) {
        expect(gated.shape).toEqual([2, 3, 2]);
      }
    });
  });
});
