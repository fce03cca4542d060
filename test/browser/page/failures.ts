/** What goes wrong on a GPU, and what is heard of it. */
import { init, tensor, withBackend } from '../../../src/index.js';
import { createGpuBackend } from '../../../src/tensor/backends/gpu/index.js';
import { Device } from '../../../src/tensor/backends/gpu/runtime/device.js';
import { loadLibrary } from '../../../src/tensor/backends/gpu/runtime/library.js';
import type { GpuMode } from '../../../src/tensor/backends/gpu/runtime/modes.js';
import { program } from '../../../src/tensor/backends/gpu/runtime/program.js';
import { trainStep } from '../../../src/training/loop/train-step.js';
import type { TrainingState } from '../../../src/training/loop/training-state.js';
import { freshState, smallSettings } from '../../helpers/models/training.js';
import { loseDevices, refuseShaders } from './sabotage.js';

export interface Heard {
  readonly name: string;
  readonly message: string;
}

/** The error that `f` throws or rejects with. */
async function heardOf(f: () => unknown): Promise<Heard> {
  try {
    await f();
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
  return { name: 'none', message: 'nothing went wrong' };
}

/** A shader that gpu.js translates and the device refuses. */
export async function compileFailure(mode: GpuMode): Promise<Heard> {
  const device = new Device(await loadLibrary(), mode, false);
  const x = {
    buffer: device.upload(Float32Array.of(1, 2, 3), 'float32'),
    shape: [3],
    dtype: 'float32',
  } as const;
  const restore = refuseShaders('unlucky');
  try {
    const unlucky = program('double', 'x', '  const unlucky = 2 * x[i];\n  return unlucky;');
    return await heardOf(() => device.read(device.launch(unlucky, [x], 'float32', 3)));
  } finally {
    restore();
  }
}

/** A training step whose last kernel the device refuses: what was there before, what is there after, and why. */
export async function failedStep(mode: GpuMode) {
  await init('gpu', { mode });
  const settings = smallSettings();
  const state = freshState(settings);
  const before = await everything(state);
  // The number by which adamStep multiplies parameters; m and v come before.
  const restore = refuseShaders('decay');
  const error = await heardOf(() => trainStep(state, settings, () => 0.01, null));
  restore();
  return { error, before, after: await everything(state) };
}

async function everything({ model, optimizer, step }: TrainingState) {
  const values = [...(await model.stateDict()).values()].map(({ data }) => [...data]);
  const { step: steps, tensors } = await optimizer.stateDict();
  return { values, moments: [...tensors.values()].map(({ data }) => [...data]), step, steps };
}

/** The device goes away under a backend; the next one gets another. */
export async function deviceLoss(mode: GpuMode) {
  const backend = await createGpuBackend({ mode });
  const x = withBackend(backend, () => tensor([1, 2, 3]));
  await x.data();
  await loseDevices();
  const errors = [await heardOf(() => x.data()), await heardOf(() => x.add(1).data())];
  const next = await createGpuBackend({ mode });
  const values = await withBackend(next, () => tensor([1, 2, 3]).add(1)).data();
  return { errors, next: [...values] };
}
