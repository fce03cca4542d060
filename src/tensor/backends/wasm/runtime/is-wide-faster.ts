/** The measurement that decides whether the wide build runs. */
import type { Operand } from '../../../backend.js';
import { matmulKernels } from '../matmul.js';
import { Device } from './device.js';
import { WasmMemory } from './memory.js';
import { instantiate, type WasmMode } from './module.js';
import { speedUp } from './speed-up.js';

/** What pairs of vectors give is about 2; what the build loses without them, 0.7. */
const ENOUGH = 1.2;
const BELIEVABLE = { from: 1.5, to: 3 };
/** Whole tiles of every build; the operands stay in the second-level cache. */
const SIZE = 96;

/** Bytes: the operands, and what a product needs to work. */
const MEMORY = 4 << 20;

let answer: Promise<boolean> | null = null;

/** Measured once per thread, for some 10 ms, at most 80. What the build computes is for `self-check` to judge. */
export function isWideFaster(): Promise<boolean> {
  // An engine that cannot even compile it has something better to run.
  answer ??= compare().catch(() => false);
  return answer;
}

async function compare(): Promise<boolean> {
  return isBetter(await productBy('wide'), await productBy('relaxed-simd'));
}

/** Multiplies some matrices [m, k] and [k, n]; what it returns is overwritten by the next call. */
type Product = (m: number, k: number, n: number) => Float32Array;

/** True where `candidate` is faster than `baseline` by what `measure` finds, and not by accident. */
export function isBetter(candidate: Product, baseline: Product, measure = speedUp): boolean {
  const run = (product: Product) => () => product(SIZE, SIZE, SIZE);
  return measure(run(baseline), run(candidate), BELIEVABLE) >= ENOUGH;
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
