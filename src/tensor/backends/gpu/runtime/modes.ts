/** Which way of running kernels this machine has, and which of them is taken. Explained in docs/gpu.md. */
import { BackendError, ConfigError } from '../../../errors.js';
import type { Library } from './library.js';

/** How gpu.js runs kernels: on a GPU through one of three interfaces, or on the CPU in one of two ways. */
export type GpuMode = 'webgpu' | 'webgl2' | 'headlessgl' | 'webasm' | 'cpu';

/** Best first. */
const MODES: readonly GpuMode[] = ['webgpu', 'webgl2', 'headlessgl', 'webasm', 'cpu'];

/** True where values stay in the memory of a GPU between kernels. */
export function isResident(mode: GpuMode): boolean {
  return mode !== 'webasm' && mode !== 'cpu';
}

/**
 * The mode asked for, or for `auto` the best that answers.
 * @throws ConfigError for a mode that does not exist, BackendError for one that does not run here.
 */
export async function chooseMode(library: Library, wanted: string): Promise<GpuMode> {
  const candidates = wanted === 'auto' ? MODES : MODES.filter((mode) => mode === wanted);
  if (candidates.length === 0) {
    throw new ConfigError(`gpu: mode must be auto, ${MODES.join(', ')}, got ${wanted}`);
  }
  let reason = '';
  for (const mode of candidates) {
    const failure = await tryMode(library, mode);
    if (failure === null) return mode;
    reason = failure;
  }
  throw new BackendError(`gpu: ${wanted} does not run here: ${reason}; mode auto takes the best that does`);
}

/** Why gpu.js cannot run the mode, or does not though it says that it can: an adapter may be listed and still refuse. */
async function tryMode(library: Library, mode: GpuMode): Promise<string | null> {
  const { GPU } = library;
  if (mode === 'webgpu' && !GPU.isWebGPUSupported) return 'there is no WebGPU, which browsers have';
  if (mode === 'webgpu' && !(await GPU.isWebGPUAvailable()))
    return 'there is no adapter, that is, no GPU for WebGPU';
  if (mode === 'webgl2' && !GPU.isWebGL2Supported) return 'there is no WebGL2, which browsers have';
  if (mode === 'headlessgl' && !GPU.isHeadlessGLSupported) {
    return 'the optional package gl was not built, or finds no display';
  }
  try {
    const gpu = new GPU({ mode });
    const double = gpu.createKernel('function (x) { return 2 * x[this.thread.x]; }', {
      output: [2],
      precision: 'single',
    });
    const [a, b] = (await double(Float32Array.of(1, 2))) as Float32Array;
    // Asked before the kernel is destroyed: afterwards it may no longer know.
    const ran = modeOf(library, double);
    await gpu.destroy();
    if (ran !== mode) return `gpu.js ran ${ran} in its place`;
    return a === 2 && b === 4 ? null : `twice 1 and 2 came out as ${a} and ${b}`;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error);
  }
}

/** The mode a kernel really ran in: gpu.js puts a CPU kernel in place of one that it cannot translate. */
export function modeOf(library: Library, { kernel }: { readonly kernel: object }): string {
  // Both call their mode 'gpu'.
  if (kernel instanceof library.HeadlessGLKernel) return 'headlessgl';
  if (kernel instanceof library.WebGL2Kernel) return 'webgl2';
  return (kernel.constructor as unknown as { readonly mode: string }).mode;
}
