/** What this machine can do at most: arithmetic that stays in registers, and arrays that fit in no cache. */
import asc from 'assemblyscript/asc';
import type { WasmMode } from '../../src/tensor/backends/wasm/runtime/module.js';

/** How a build multiplies and adds, on what is a vector of four floats. */
const MULTIPLY_ADD: Readonly<Record<WasmMode, (sum: string, x: string, y: string) => string>> = {
  simd: (sum, x, y) => `f32x4.add(f32x4.mul(${x}, ${y}), ${sum})`,
  'relaxed-simd': (sum, x, y) => `f32x4.relaxed_madd(${x}, ${y}, ${sum})`,
  // From neighbours in memory to neighbours in memory, as V8 wants what it is to pair.
  wide: (sum, x, y) => `f32x4.relaxed_madd(${x}, ${y}, ${sum})`,
};

/**
 * So many sums at a time: enough to hide how long an operation takes, few enough for the registers; the best counts. From
 * 16 on they fit only as pairs, in registers of 256 bits, which are not busy with fewer.
 */
export const SUMS = [6, 8, 10, 12, 14, 16, 20, 24] as const;
/** Bytes from the start of memory to the two factors, behind all sums. */
export const FACTORS = 16 * 32;

/** Floats in one of the arrays that are passed over, 64 MiB: larger than the caches of a desktop's processor. */
export const LONG = 2 ** 24;
const BYTES = 4;

interface Loops {
  /** Multiplies and adds `count` times on each of `sums` vectors that begin at 0. */
  run(sums: number, count: number): void;
  copy(to: number, from: number, bytes: number): void;
  /** to ← a + scale·b */
  triad(to: number, a: number, b: number, scale: number, bytes: number): void;
}

export interface Peak {
  readonly gflops: number;
  /** The faster of copying and a + scale·b, what is read and what is written together. */
  readonly gbPerSecond: number;
}

/** @throws Error where this engine cannot run the mode. */
export async function measurePeak(mode: WasmMode): Promise<Peak> {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((3 * LONG * BYTES) / 65_536) + 1 });
  const loops = await compileLoops(mode, memory);
  return { gflops: peakFlops(loops) / 1e9, gbPerSecond: bandwidth(loops) / 1e9 };
}

/** Compiles the loops for a mode. */
export async function compileLoops(mode: WasmMode, memory: WebAssembly.Memory): Promise<Loops> {
  const { binary, error, stderr } = await asc.compileString(source(mode), {
    ...{ optimizeLevel: 3, runtime: 'stub', importMemory: true, noAssert: true, use: ['abort='] },
    enable: mode === 'simd' ? ['simd'] : ['simd', 'relaxed-simd'],
  } as Parameters<typeof asc.compileString>[1]);
  if (binary === null) throw new Error(`asc failed: ${stderr.toString()}`, { cause: error });
  const bytes = Uint8Array.from(binary);
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  const exports = instance.exports as unknown as Record<string, (...args: number[]) => void>;
  return {
    run: (sums, count) => exports[`sums${sums}`](count),
    copy: (...args) => exports.copy(...args),
    triad: (...args) => exports.triad(...args),
  };
}

function peakFlops({ run }: Loops): number {
  const count = 2 ** 21;
  return Math.max(...SUMS.map((sums) => (sums * count * 4 * 2) / leastSeconds(() => run(sums, count))));
}

function bandwidth({ copy, triad }: Loops): number {
  const bytes = LONG * BYTES;
  const copied = (2 * bytes) / leastSeconds(() => copy(0, bytes, bytes));
  const added = (3 * bytes) / leastSeconds(() => triad(0, bytes, 2 * bytes, 0.5, bytes));
  return Math.max(copied, added);
}

/** What a machine can do shows when nobody disturbs it, so the least of some counts. */
function leastSeconds(run: () => void): number {
  let least = Infinity;
  for (let i = 0; i < 12; i++) {
    const started = performance.now();
    run();
    least = Math.min(least, performance.now() - started);
  }
  return least / 1000;
}

/** AssemblyScript, written out: arrays of vectors do not stay in registers. */
function source(mode: WasmMode): string {
  const each = (sums: number, line: (i: number) => string) =>
    Array.from({ length: sums }, (_, i) => line(i)).join('\n');
  const loops = SUMS.map(
    (sums) => `export function sums${sums}(count: i32): void {
      const x = v128.load32_splat(${FACTORS});
      const y = v128.load32_splat(${FACTORS + BYTES});
      ${each(sums, (i) => `let s${i} = v128.load(${16 * i});`)}
      for (let n = 0; n < count; n++) {
        ${each(sums, (i) => `s${i} = ${MULTIPLY_ADD[mode](`s${i}`, 'x', 'y')};`)}
      }
      ${each(sums, (i) => `v128.store(${16 * i}, s${i});`)}
    }`,
  );
  return `${loops.join('\n')}
    export function copy(to: usize, from: usize, bytes: usize): void {
      for (let at: usize = 0; at < bytes; at += 64) {
        ${each(4, (i) => `v128.store(to + at, v128.load(from + at, ${16 * i}), ${16 * i});`)}
      }
    }
    export function triad(to: usize, a: usize, b: usize, scale: f32, bytes: usize): void {
      const factor = f32x4.splat(scale);
      for (let at: usize = 0; at < bytes; at += 64) {
        ${each(4, (i) => `v128.store(to + at, f32x4.add(v128.load(a + at, ${16 * i}), f32x4.mul(factor, v128.load(b + at, ${16 * i}))), ${16 * i});`)}
      }
    }`;
}
