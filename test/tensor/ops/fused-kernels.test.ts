import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Backend, createBackend, init } from '../../../src/index.js';
import type { FusedKernels } from '../../../src/tensor/backend.js';
import { resultsOn } from '../../helpers/kernels/comparison.js';
import { FUSED } from '../../helpers/kernels/fused-cases.js';
import { asyncProperty } from '../../helpers/values/draw.js';

describe('a backend that has a fused kernel', () => {
  let backend: Backend;
  beforeAll(async () => {
    await init('reference');
    backend = await createBackend('wasm');
  });

  it.each(Object.keys(FUSED) as (keyof FusedKernels)[])('runs it: %s', async (name) => {
    const kernel = vi.spyOn(backend.fused, name);
    await asyncProperty(async (draw) => {
      kernel.mockClear();
      await resultsOn(backend, FUSED[name](draw));
      expect(kernel).toHaveBeenCalled();
    }, 5);
    kernel.mockRestore();
  });
});
