import { type Backend, createBackend, type FusedKernels, liveBuffers } from '../../../src/index.js';
import type { GpuBackend } from '../../../src/tensor/backends/gpu/index.js';
import { disagreement, resultsOn } from './comparison.js';
import { FUSED } from './fused-cases.js';
import type { KernelCase } from './kernel-values.js';
import type { PrimitiveName } from './primitive-cases.js';
import { flushed, SHADER_PRIMITIVES, ShaderDraw } from './shader-cases.js';

/** Holds a primitive to the reference on random cases; returns what went wrong, or null. */
export async function checkPrimitive(backend: GpuBackend, name: PrimitiveName, runs: number) {
  const oracle = await createBackend('reference', { dtype: 'float32' });
  for (const [at, make] of SHADER_PRIMITIVES[name].entries()) {
    for (let seed = 0; seed < runs; seed++) {
      const problem = await checkCase(backend, oracle, make(new ShaderDraw(seed)));
      if (problem !== null) return `case ${at}, seed ${seed}: ${problem}`;
    }
  }
  return null;
}

/** Holds a fused kernel, or its definition where there is none, to the definition in double precision. */
export async function checkFused(backend: GpuBackend, name: keyof FusedKernels, runs: number) {
  const oracle = await createBackend('reference', { dtype: 'float64' });
  for (let seed = 0; seed < runs; seed++) {
    const problem = await checkCase(backend, oracle, FUSED[name](new ShaderDraw(seed)));
    if (problem !== null) return `seed ${seed}: ${problem}`;
  }
  return null;
}

async function checkCase(backend: GpuBackend, oracle: Backend, subject: KernelCase): Promise<string | null> {
  const [before, { buffers }] = [liveBuffers(), backend.memory()];
  const [actual, expected] = [await resultsOn(backend, subject), await resultsOn(oracle, subject)];
  const problem = disagreement(flushedAll(actual), flushedAll(expected), subject.tolerance);
  if (problem !== null) return problem;
  const left = Math.max(liveBuffers() - before, backend.memory().buffers - buffers);
  return left === 0 ? null : `${left} buffers were not freed`;
}

function flushedAll(results: readonly ArrayLike<number>[]): ArrayLike<number>[] {
  return results.map((values) => Array.from(values, flushed));
}
