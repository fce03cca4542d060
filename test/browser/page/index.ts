/** What the browser tests call, as `page.evaluate(() => tests.replay(…))`. */
import '../../helpers/gpu/device-objects.js';
import { type FusedKernels, tensor } from '../../../src/index.js';
import { createGpuBackend, type GpuBackend } from '../../../src/tensor/backends/gpu/index.js';
import type { GpuMode } from '../../../src/tensor/backends/gpu/runtime/modes.js';
import { train } from '../../helpers/gpu/gpu-training.js';
import { firstWrongOfMany } from '../../helpers/gpu/large-tensor.js';
import type { PrimitiveName } from '../../helpers/kernels/primitive-cases.js';
import { checkFused, checkPrimitive } from '../../helpers/kernels/shader-agreement.js';
import { compileFailure, deviceLoss, failedStep } from './failures.js';
import { replay } from './replay.js';
import { precisionsOf } from './sabotage.js';

const opened = new Map<string, Promise<GpuBackend>>();

function open(mode: string): Promise<GpuBackend> {
  const backend = opened.get(mode) ?? createGpuBackend({ mode: mode as GpuMode });
  opened.set(mode, backend);
  return backend;
}

const tests = {
  mode: async (mode: string) => (await open(mode)).mode,
  checkPrimitive: async (mode: string, name: PrimitiveName, runs: number) =>
    checkPrimitive(await open(mode), name, runs),
  checkFused: async (mode: string, name: keyof FusedKernels, runs: number) =>
    checkFused(await open(mode), name, runs),
  firstWrongOfMany: async (mode: string) => firstWrongOfMany(await open(mode)),
  replay: async (mode: string, name: string) => replay(await open(mode), name),
  precisions: async () => {
    const backend = await open('webgl2');
    // Of a size that no other test draws, so that its shaders are not there yet.
    const x = tensor(new Float32Array(1237), [1237], { backend });
    return precisionsOf(() => x.add(x.square()).sum().data());
  },
  compileFailure: (mode: string) => compileFailure(mode as GpuMode),
  failedStep: (mode: string) => failedStep(mode as GpuMode),
  /** Takes every backend of this page away. */
  deviceLoss: (mode: string) => {
    opened.clear();
    return deviceLoss(mode as GpuMode);
  },
  train: async (mode: string, steps: number) => train(await open(mode), steps),
};

export type BrowserTests = typeof tests;

Object.assign(globalThis, { tests });
