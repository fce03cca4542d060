/** Times every kernel of a synchronous backend, by name and by the shapes it is called with. */
import type { Backend, Operand } from '../../src/index.js';
import type { Spans } from './spans.js';
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

/** What a call leaves behind, to be counted later: the less is done between two kernels, the less is measured of it. */
interface Call {
  readonly kernel: KernelName;
  /** With copies of the operands, which outlive their tensors. */
  readonly args: readonly unknown[];
  readonly result: unknown;
  readonly milliseconds: number;
}

export class Profiler {
  private calls: Call[] = [];
  private noteMs = 0;

  /** Puts a clock around every kernel of `backend`, for good. What they take is left out of `spans`. */
  constructor(
    backend: Backend,
    private readonly spans: Spans | null = null,
  ) {
    for (const kernels of [backend.kernels, backend.fused]) {
      for (const [name, kernel] of Object.entries(kernels)) {
        const timed = this.timed(name as KernelName, kernel as (...args: unknown[]) => unknown);
        Object.defineProperty(kernels, name, { value: timed });
      }
    }
  }

  /** Forgets everything so far. */
  reset(): void {
    this.calls = [];
    this.noteMs = 0;
  }

  /** What the profile itself took, in milliseconds; no part of the step. */
  get own(): number {
    return this.noteMs;
  }

  /** The longest first. */
  total(byShape: boolean): Entry[] {
    const entries = new Map<string, Entry>();
    for (const { kernel, args, result, milliseconds } of this.calls) {
      const shapes = byShape ? shapesOf(args) : '';
      const key = `${kernel} ${shapes}`;
      const entry = entries.get(key) ?? { kernel, shapes, calls: 0, milliseconds: 0, work: 0 };
      const work = WORK[kernel];
      entry.calls++;
      entry.milliseconds += milliseconds;
      entry.work += work === 'bytes' ? bytesOf(args, result) : work(args);
      entries.set(key, entry);
    }
    return [...entries.values()].sort((a, b) => b.milliseconds - a.milliseconds);
  }

  private timed(kernel: KernelName, run: (...args: unknown[]) => unknown) {
    return (...args: unknown[]): unknown => {
      const start = performance.now();
      const result = run(...args);
      const end = performance.now();
      const milliseconds = end - start;
      this.calls.push({ kernel, args: args.map(withoutTensor), result, milliseconds });
      const noteMs = performance.now() - end;
      this.noteMs += noteMs;
      this.spans?.leaveOut(milliseconds + noteMs);
      return result;
    };
  }
}

function withoutTensor(arg: unknown): unknown {
  if (Array.isArray(arg)) return arg.map(withoutTensor);
  if (!isOperand(arg)) return arg;
  const { buffer, shape, dtype } = arg;
  return { buffer, shape, dtype };
}

function isOperand(x: unknown): x is Operand {
  return typeof x === 'object' && x !== null && 'shape' in x;
}

function shapesOf(args: readonly unknown[]): string {
  const operands = args.flat().filter(isOperand);
  const flags =
    args.filter((x) => x === true).length > 0
      ? ` (${args.filter((x) => typeof x === 'boolean').join(', ')})`
      : '';
  return `${operands.map(({ shape }) => shape.join('×') || '1').join(' · ')}${flags}`;
}
