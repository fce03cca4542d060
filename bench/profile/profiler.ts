/** Times every kernel of a synchronous backend, by name and by the shapes it is called with. */
import type { Backend, Operand } from '../../src/index.js';
import { bytesOf, type KernelName, WORK } from './work.js';

/** Of all calls of a kernel, or of those with the same shapes. */
export interface Entry {
  readonly kernel: KernelName;
  /** Of the operands, as `12×64×128 · 512×128`; empty where all calls are taken together. */
  readonly shapes: string;
  calls: number;
  milliseconds: number;
  /** Operations, or bytes where the kernel only passes over memory. */
  work: number;
}

export class Profiler {
  private readonly entries = new Map<string, Entry>();

  /** Puts a clock around every kernel of `backend`, for good. */
  constructor(backend: Backend) {
    for (const kernels of [backend.kernels, backend.fused]) {
      for (const [name, kernel] of Object.entries(kernels)) {
        const timed = this.timed(name as KernelName, kernel as (...args: unknown[]) => unknown);
        Object.defineProperty(kernels, name, { value: timed });
      }
    }
  }

  /** Forgets everything so far. */
  reset(): void {
    this.entries.clear();
  }

  /** The longest first. */
  total(byShape: boolean): Entry[] {
    const totals = new Map<string, Entry>();
    for (const entry of this.entries.values()) {
      const key = byShape ? `${entry.kernel} ${entry.shapes}` : entry.kernel;
      const sum = totals.get(key);
      if (sum === undefined) totals.set(key, { ...entry, shapes: byShape ? entry.shapes : '' });
      else {
        sum.calls += entry.calls;
        sum.milliseconds += entry.milliseconds;
        sum.work += entry.work;
      }
    }
    return [...totals.values()].sort((a, b) => b.milliseconds - a.milliseconds);
  }

  private timed(kernel: KernelName, run: (...args: unknown[]) => unknown) {
    const work = WORK[kernel];
    return (...args: unknown[]): unknown => {
      const start = performance.now();
      const result = run(...args);
      const milliseconds = performance.now() - start;
      const shapes = shapesOf(args);
      const key = `${kernel} ${shapes}`;
      const entry = this.entries.get(key) ?? { kernel, shapes, calls: 0, milliseconds: 0, work: 0 };
      entry.calls++;
      entry.milliseconds += milliseconds;
      entry.work += work === 'bytes' ? bytesOf(args, result) : work(args);
      this.entries.set(key, entry);
      return result;
    };
  }
}

function shapesOf(args: readonly unknown[]): string {
  const operands = args
    .flat()
    .filter((x): x is Operand => typeof x === 'object' && x !== null && 'shape' in x);
  const flags =
    args.filter((x) => x === true).length > 0
      ? ` (${args.filter((x) => typeof x === 'boolean').join(', ')})`
      : '';
  return `${operands.map(({ shape }) => shape.join('×') || '1').join(' · ')}${flags}`;
}
