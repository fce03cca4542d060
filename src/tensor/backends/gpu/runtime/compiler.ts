/** From the text of a program to a kernel of gpu.js, once for each. Explained in docs/gpu.md. */
import type { GPU, IGPUFunctionSettings, IGPUKernelSettings } from 'gpu.js';
import { BackendError } from '../../../errors.js';
import type { Value } from './block.js';
import type { Library } from './library.js';
import { type GpuMode, isResident, modeOf } from './modes.js';
import { HELPERS, type Program } from './program.js';

/** In webasm mode each kernel owns a WebAssembly memory, so the ones used longest ago must go. */
const MAX_HOST_KERNELS = 512;

/** What a kernel leaves: a value, or on the host, where it returns several numbers per thread, an array of them. */
export type RawValue = Value | readonly Float32Array[];

/** A kernel as gpu.js returns it. webgpu answers later, with a promise. */
export interface CompiledKernel {
  (...values: readonly (RawValue | number)[]): RawValue | Promise<RawValue>;
  readonly kernel: object;
  destroy(): void;
}

/** Compiles each program once for each set of lengths, and makes sure that the mode asked for is the one that runs. */
export class Compiler {
  private readonly gpu: GPU;
  private readonly kernels = new Map<string, CompiledKernel>();
  /** How many kernels were made. */
  compiled = 0;

  /** `mayFallBack` lets gpu.js run a kernel that the mode cannot take on the CPU instead. */
  constructor(
    private readonly library: Library,
    readonly mode: GpuMode,
    private readonly mayFallBack: boolean,
  ) {
    this.gpu = new library.GPU({ mode });
    for (const helper of HELPERS) {
      const names = helper.slice(helper.indexOf('(') + 1, helper.indexOf(')')).split(', ');
      const types: IGPUFunctionSettings = { argumentTypes: names.map(() => 'Number'), returnType: 'Number' };
      this.gpu.addFunction(helper as never, types);
    }
  }

  /** The kernel that makes `length` elements from arrays of the given lengths, followed by plain numbers. */
  kernelOf(program: Program, lengths: readonly number[], length: number, numbers: number): CompiledKernel {
    const key = `${length}|${lengths.join()}|${program.source}`;
    let kernel = this.kernels.get(key);
    // Taken out and put back last, so that the map is in the order of last use.
    if (kernel !== undefined) this.kernels.delete(key);
    else kernel = this.compile(program, length, lengths.length, numbers);
    this.kernels.set(key, kernel);
    return kernel;
  }

  /** Runs a kernel. @throws BackendError where gpu.js ran it in another mode, in silence. */
  call(kernel: CompiledKernel, values: readonly (RawValue | number)[]): RawValue | Promise<RawValue> {
    const result = kernel(...values);
    const ran = modeOf(this.library, kernel);
    if (ran === this.mode || this.mayFallBack) return result;
    throw new BackendError(`gpu.js fell back to ${ran}; mode auto allows that`);
  }

  private compile(
    { source, perThread }: Program,
    length: number,
    arrays: number,
    numbers: number,
  ): CompiledKernel {
    if (!isResident(this.mode) && this.kernels.size >= MAX_HOST_KERNELS) this.forgetOldest();
    this.compiled++;
    // returnType is missing from the types of gpu.js, and would otherwise be guessed from the first `return`.
    const settings: IGPUKernelSettings & { readonly returnType: string } = {
      output: [length / perThread],
      precision: 'single',
      pipeline: true,
      immutable: true,
      // Otherwise WebGL shaders ask for lowp, which phones take at its word: 16 bits or fewer.
      tactic: 'precision',
      returnType: perThread === 1 ? 'Number' : `Array(${perThread})`,
    };
    // Arrays come first; a plain number would be guessed to be an integer where it happens to be one.
    const types = [...Array<string>(arrays).fill('Array'), ...Array<string>(numbers).fill('Float')];
    const kernel = this.gpu.createKernel(source as never, settings);
    if (!isResident(this.mode)) kernel.setArgumentTypes(types as never);
    return kernel as unknown as CompiledKernel;
  }

  private forgetOldest(): void {
    for (const [key, kernel] of this.kernels) {
      this.kernels.delete(key);
      kernel.destroy();
      // In cpu mode gpu.js itself would keep it.
      const { kernels } = this.gpu as unknown as { readonly kernels: object[] };
      const at = kernels.findIndex((other) => other === kernel || other === kernel.kernel);
      if (at >= 0) kernels.splice(at, 1);
      return;
    }
  }
}
