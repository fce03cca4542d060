import { describe, expect, it } from 'vitest';
import type { FusedKernels } from '../../src/index.js';
import { createGpuBackend } from '../../src/tensor/backends/gpu/index.js';
import { verifyReferenceRun } from '../../src/training/verify/verify.js';
import { watchTextures } from '../helpers/gpu/device-objects.js';
import { expectReplayed, expectSteady } from '../helpers/gpu/gpu-expectations.js';
import { train } from '../helpers/gpu/gpu-training.js';
import { firstWrongOfMany } from '../helpers/gpu/large-tensor.js';
import { FUSED } from '../helpers/kernels/fused-cases.js';
import { primitiveNames } from '../helpers/kernels/primitive-cases.js';
import { checkFused, checkPrimitive } from '../helpers/kernels/shader-agreement.js';
import { SHARED_RUNS, sharedRun } from '../helpers/models/reference-runs.js';
import { loadGl } from './gl.js';

/** Random cases for each kernel, some of them empty; every shape compiles a shader of its own. */
const RUNS = 40;

watchTextures(loadGl().WebGLRenderingContext.prototype);
const backend = await createGpuBackend({ mode: 'headlessgl' });

describe('the gpu backend in mode headlessgl', () => {
  it('runs in that mode', () => expect(backend.mode).toBe('headlessgl'));

  it.each(primitiveNames)('agrees with reference in %s', async (name) => {
    expect(await checkPrimitive(backend, name, RUNS)).toBeNull();
  });

  it.each(Object.keys(FUSED) as (keyof FusedKernels)[])('agrees with the definition of %s', async (name) => {
    expect(await checkFused(backend, name, RUNS)).toBeNull();
  });

  it('finds every element of a large tensor', async () => {
    expect(await firstWrongOfMany(backend)).toBe(-1);
  });

  it.each(SHARED_RUNS)('trains as the reference run %s says', async (name) => {
    const { errors } = await verifyReferenceRun(sharedRun(name), backend);
    const gradient = Math.max(...Object.values(errors.gradients));
    console.log(`${name}:`, { losses: errors.losses, gradient, unitNorms: errors.unitNorms });
    expectReplayed(errors, name);
  });

  it('trains 300 steps with one upload and one readback each, and grows nowhere', async () => {
    const records = await train(backend, 300);
    const { loss, ...last } = records[299];
    console.log(last, `losses ${records[0].loss} … ${loss}`);
    expect(last.deviceTextures).toBeGreaterThan(0);
    expectSteady(records);
  });
});
