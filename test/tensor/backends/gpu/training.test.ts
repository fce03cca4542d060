import { describe, expect, it } from 'vitest';
import { BackendError, type FusedKernels, init } from '../../../../src/index.js';
import type { GpuBackend } from '../../../../src/tensor/backends/gpu/index.js';
import { trainStep } from '../../../../src/training/loop/train-step.js';
import type { TrainingState } from '../../../../src/training/loop/training-state.js';
import { dispose, freshState, smallSettings } from '../../../helpers/models/training.js';

const rate = () => 0.003;

describe.each(['cpu', 'webasm'] as const)('training on gpu in mode %s', (mode) => {
  it.each(['ngpt', 'gpt'] as const)(
    'costs one upload, the batch, and one readback, the loss, per step of %s, and grows nowhere',
    async (arch) => {
      const backend = (await init('gpu', { mode })) as GpuBackend;
      const settings = smallSettings({ arch, maxIters: 60 });
      const state = freshState(settings);
      const records: object[] = [];
      const losses: number[] = [];
      for (let step = 0; step < 60; step++) {
        const before = backend.counters();
        losses.push(await trainStep(state, settings, rate, null));
        const { uploads, readbacks, launches, compiled } = backend.counters();
        records.push({
          uploads: uploads - before.uploads,
          readbacks: readbacks - before.readbacks,
          launches: launches - before.launches,
          compiled: compiled - before.compiled,
          ...backend.memory(),
        });
      }
      const [, , first, ...others] = records;
      expect(first).toMatchObject({ uploads: 1, readbacks: 1, compiled: 0 });
      for (const record of others) expect(record).toEqual(first);
      expect(losses[59]).toBeLessThan(0.8 * losses[0]);
      dispose(state);
      expect(backend.memory()).toEqual({ buffers: 0, bytes: 0, reservedBytes: 0 });
    },
  );

  it.each(['matmul in backward', 'adamStepInPlace'])(
    'leaves no trace of a step in which %s fails',
    async (what) => {
      const backend = (await init('gpu', { mode })) as GpuBackend;
      const settings = smallSettings();
      const state = freshState(settings);
      await trainStep(state, settings, rate, null);
      const before = await everything(state);
      const { buffers, bytes } = backend.memory();
      const breakdown = breakAt(backend, what === 'adamStepInPlace' ? 5 : 20, what);
      await expect(trainStep(state, settings, rate, null)).rejects.toThrow('gpu: out of luck');
      breakdown.repair();
      expect(await everything(state)).toEqual(before);
      expect(backend.memory()).toMatchObject({ buffers, bytes });

      // And it goes on from there.
      expect(Number.isFinite(await trainStep(state, settings, rate, null))).toBe(true);
      expect(state.step).toBe(2);
      dispose(state);
      expect(backend.memory().buffers).toBe(0);
    },
  );
});

/** Lets a kernel fail at its nth call from now on. */
function breakAt(backend: GpuBackend, n: number, what: string): { repair(): void } {
  const { matmul } = backend.kernels;
  const { adamStepInPlace } = backend.fused as FusedKernels;
  let calls = 0;
  const count = () => {
    if (++calls === n) throw new BackendError('gpu: out of luck');
  };
  if (what === 'adamStepInPlace') {
    backend.fused.adamStepInPlace = (...given) => {
      count();
      adamStepInPlace(...given);
    };
  } else {
    backend.kernels.matmul = (...given) => {
      count();
      return matmul(...given);
    };
  }
  return {
    repair: () => {
      expect(calls).toBe(n);
      backend.kernels.matmul = matmul;
      backend.fused.adamStepInPlace = adamStepInPlace;
    },
  };
}

/** Parameters, moments and counts of steps. */
async function everything({ model, optimizer, step }: TrainingState) {
  const parameters = [...(await model.stateDict()).values()].map(({ data }) => data);
  const moments = await optimizer.stateDict();
  return { parameters, moments, step };
}
