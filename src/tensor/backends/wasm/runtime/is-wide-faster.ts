/** The measurement that decides whether the wide build runs. */
import type { Operand } from '../../../backend.js';
import { matmulKernels } from '../matmul.js';
import { Device } from './device.js';
import { WasmMemory } from './memory.js';
import { instantiate, type WasmMode } from './module.js';
import { bestTimes, type Times } from './speed-up.js';

/** What pairs of vectors give is about 2; what the build loses without them, 0.7. */
const ENOUGH = 1.2;
const BELIEVABLE = { from: 1.5, to: 3 };
/** Whole tiles of every build; the operands stay in the second-level cache. */
const SIZE = 96;

/** Bytes: the operands, and what a product needs to work. */
const MEMORY = 4 << 20;

let times: Promise<Times | null> | null = null;

/** Measured once per thread, for some 10 ms, at most 80. What the build computes is for `self-check` to judge. */
export async function isWideFaster(): Promise<boolean> {
  const measured = await measureOnce();
  return measured !== null && isClear(measured);
}

/** What `isWideFaster` saw, in GFLOP/s; null where the engine cannot compile the wide build. */
export async function measuredRates(): Promise<{ readonly relaxed: number; readonly wide: number } | null> {
  const measured = await measureOnce();
  const rate = (ms: number) => (2 * SIZE ** 3) / ms / 1e6;
  return measured && { relaxed: rate(measured.baseline), wide: rate(measured.candidate) };
}

function measureOnce(): Promise<Times | null> {
  // An engine that cannot even compile it has something better to run.
  times ??= compare().catch(() => null);
  return times;
}

async function compare(): Promise<Times> {
  return compareProducts(await productBy('wide'), await productBy('relaxed-simd'));
}

/** Multiplies some matrices [m, k] and [k, n]; what it returns is overwritten by the next call. */
type Product = (m: number, k: number, n: number) => Float32Array;

/** Best times of a product, as `measure` finds them. */
export function compareProducts(candidate: Product, baseline: Product, measure = bestTimes): Times {
  const run = (product: Product) => () => product(SIZE, SIZE, SIZE);
  return measure(run(baseline), run(candidate), BELIEVABLE);
}

/** True where the candidate is faster, and not by accident. */
export function isClear({ baseline, candidate }: Times): boolean {
  return baseline / candidate >= ENOUGH;
}

/** The product as a build computes it. */
export async function productBy(mode: WasmMode): Promise<Product> {
  const memory = new WasmMemory(MEMORY);
  const exports = await instantiate(mode, memory.memory);
  memory.reserveBelow(exports.heapBase() >>> 0);
  const { matmul } = matmulKernels(new Device(exports, memory));
  const numbers = memory.allocate('float32', SIZE * SIZE);
  const view = () => new Float32Array(memory.memory.buffer);
  view().set(
    Float32Array.from({ length: numbers.length }, (_, i) => Math.sin(i)),
    numbers.address / 4,
  );
  return (m, k, n) => {
    const a: Operand = { buffer: numbers, shape: [1, m, k], dtype: 'float32' };
    const b: Operand = { buffer: numbers, shape: [1, k, n], dtype: 'float32' };
    const product = matmul(a, b, false, false) as typeof numbers;
    memory.release(product);
    return view().subarray(product.address / 4, product.address / 4 + product.length);
  };
}
