/** Measures every kernel on arrays that make it wait for arithmetic or for memory. */
import type { Backend, Buffer, Operand } from '../../src/index.js';
import { CALLS, Operands } from '../../src/tensor/backends/wasm/runtime/self-check/calls.js';
import { median } from '../peers/statistics.js';
import { bytesOf, type KernelName, WORK } from '../profile/work.js';
import { clockTick, sampleLength, sampler } from '../repeat.js';
import type { Peak } from './peak.js';

/** Arrays of 32 MiB, and products whose operands fit no first-level cache. */
export const LARGE = { rows: 8192, width: 1024, length: 1024, square: 512 } as const;

/** Arguments that a kernel reads and writes too: their bytes count twice. */
const REWRITTEN: Partial<Readonly<Record<KernelName, readonly number[]>>> = {
  adamStepInPlace: [0, 2, 3],
  unitInPlace: [0],
};

/** How fast a kernel is. */
export interface Speed {
  readonly kernel: KernelName;
  /** What is counted: operations, against the peak of arithmetic, or bytes, against that of memory. */
  readonly bound: 'arithmetic' | 'memory';
  readonly medianMs: number;
  /** GFLOP/s or GB/s. */
  readonly rate: number;
}

/** A kernel that the backend lacks runs as its definition; there is nothing to measure then. */
export function kernelNames({ kernels, fused }: Backend): KernelName[] {
  return (Object.keys(CALLS) as KernelName[]).filter((name) => name in kernels || name in fused);
}

/** Runs one kernel for some samples. */
export async function measureKernel(
  backend: Backend,
  kernel: KernelName,
  { sizes = LARGE, samples = 7 }: { sizes?: Operands['sizes']; samples?: number } = {},
): Promise<Speed> {
  const args: readonly unknown[] = CALLS[kernel](new Operands(backend, sizes));
  const table = { ...backend.kernels, ...backend.fused } as Record<
    string,
    (...args: readonly unknown[]) => unknown
  >;
  const free = (results: unknown) => {
    for (const buffer of [results].flat()) if (buffer) backend.free(buffer as Buffer);
  };
  try {
    const first = table[kernel](...args);
    const { bound, work } = workOf(kernel, args, first);
    free(first);
    const take = sampler(() => free(table[kernel](...args)), sampleLength(clockTick()));
    const times: number[] = [];
    for (let i = 0; i < samples; i++) {
      const { elapsedMs, repetitions } = await take();
      times.push(elapsedMs / repetitions);
    }
    const medianMs = median(times);
    return { kernel, bound, medianMs, rate: work / medianMs / 1e6 };
  } finally {
    for (const arg of args.flat()) if (isOperand(arg)) backend.free(arg.buffer);
  }
}

/** How near it comes to what the machine can do. */
export function shareOf({ bound, rate }: Speed, { gflops, gbPerSecond }: Peak): number {
  return rate / (bound === 'arithmetic' ? gflops : gbPerSecond);
}

/** Operations where the kernel is all arithmetic, else bytes. */
export function workOf(
  kernel: KernelName,
  args: readonly unknown[],
  result: unknown,
): { bound: Speed['bound']; work: number } {
  const work = WORK[kernel];
  if (work !== 'bytes') return { bound: 'arithmetic', work: work(args) };
  const again = (REWRITTEN[kernel] ?? []).map((i) => args[i]);
  return { bound: 'memory', work: bytesOf(args, result) + bytesOf(again, null) };
}

function isOperand(x: unknown): x is Operand {
  return typeof x === 'object' && x !== null && 'buffer' in x;
}
