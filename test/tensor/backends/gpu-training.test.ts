import { describe, expect, it } from 'vitest';
import { BackendError, init } from '../../../src/index.js';
import type { GpuBackend } from '../../../src/tensor/backends/gpu/index.js';
import { trainStep } from '../../../src/training/train-step.js';
import { dispose, freshState, smallSettings } from '../../helpers/training.js';

const rate = () => 0.003;

describe.each(['cpu', 'webasm'])('training on gpu in mode %s', (mode) => {
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

  it('leaves parameters and step as they were when a kernel fails', async () => {
    const backend = (await init('gpu', { mode })) as GpuBackend;
    const settings = smallSettings();
    const state = freshState(settings);
    await trainStep(state, settings, rate, null);
    const parameters = async () => [...(await state.model.stateDict()).values()].map(({ data }) => data);
    const before = await parameters();
    const { matmul } = backend.kernels;
    let calls = 0;
    backend.kernels.matmul = (...given) => {
      // Somewhere in backward.
      if (++calls === 20) throw new BackendError('gpu: out of luck');
      return matmul(...given);
    };
    await expect(trainStep(state, settings, rate, null)).rejects.toThrow(BackendError);
    expect(calls).toBe(20);
    expect(state.step).toBe(1);
    expect(await parameters()).toEqual(before);
    backend.kernels.matmul = matmul;
    dispose(state);
  });
});
