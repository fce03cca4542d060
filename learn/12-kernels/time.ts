/** Plain loops against the kernels in WebAssembly, on your machine: `npx tsx learn/12-kernels/time.ts`. */
import { Generator, init, noGrad, tensor } from '../../src/index.js';
import { byElement, byRow, byTile, type Multiply } from './loops.js';

const SIZE = 384;
const sizes = { m: SIZE, k: SIZE, n: SIZE };
/** Of so many runs the fastest counts: what else the machine does only ever adds. */
const RUNS = 3;

const random = new Generator(1);
const [a, b] = [0, 1].map(() => Float32Array.from(random.normals(SIZE * SIZE)));
const y = new Float32Array(SIZE * SIZE);

function fastest(run: () => void): number {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return Math.min(...times);
}

const { mode } = await init('wasm');
const [left, right] = [a, b].map((values) => tensor(values, [SIZE, SIZE]));
const product = noGrad(() => left.matmul(right));
const wanted = product.dataSync();
const kernel = fastest(() => {
  noGrad(() => left.matmul(right)).dispose();
});
console.log(
  `${SIZE} × ${SIZE} by ${SIZE} × ${SIZE}, ${(2 * SIZE ** 3) / 1e6} million additions and multiplications`,
);
console.log(line(`wasm (${mode})`, kernel));
const loops: readonly (readonly [string, Multiply])[] = [
  ['element by element', byElement],
  ['row by row', byRow],
  ['tiles of 2 × 4', byTile],
];
for (const [name, multiply] of loops) {
  console.log(
    line(
      name,
      fastest(() => multiply(a, b, y, sizes)),
    ),
  );
  const largest = y.reduce((most, each, i) => Math.max(most, Math.abs(each - wanted[i])), 0);
  if (largest > 1e-3) throw new Error(`${name} is wrong by ${largest}`);
}

function line(name: string, ms: number): string {
  const speed = (2 * SIZE ** 3) / ms / 1e6;
  const times = `${(ms / kernel).toFixed(1)}×`;
  return `${name.padEnd(24)} ${ms.toFixed(2).padStart(8)} ms ${speed.toFixed(1).padStart(7)} GFLOP/s ${times.padStart(7)}`;
}
