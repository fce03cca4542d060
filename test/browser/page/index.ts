/** What the browser tests call, as `page.evaluate(() => tests.replay(…))`. */
import '../../helpers/device-objects.js';
import type { FusedKernels, Kernels } from '../../../src/index.js';
import { createGpuBackend, type GpuBackend } from '../../../src/tensor/backends/gpu/index.js';
import { train } from '../../helpers/gpu-training.js';
import { checkFused, checkPrimitive } from '../../helpers/shader-agreement.js';
import { replay } from './replay.js';

const opened = new Map<string, Promise<GpuBackend>>();

function open(mode: string): Promise<GpuBackend> {
  const backend = opened.get(mode) ?? createGpuBackend({ mode });
  opened.set(mode, backend);
  return backend;
}

const tests = {
  mode: async (mode: string) => (await open(mode)).mode,
  checkPrimitive: async (mode: string, name: keyof Kernels, runs: number) =>
    checkPrimitive(await open(mode), name, runs),
  checkFused: async (mode: string, name: keyof FusedKernels, runs: number) =>
    checkFused(await open(mode), name, runs),
  replay: async (mode: string, name: string) => replay(await open(mode), name),
  train: async (mode: string, steps: number) => train(await open(mode), steps),
};

export type BrowserTests = typeof tests;

Object.assign(globalThis, { tests });
