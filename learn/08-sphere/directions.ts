/** How far apart random directions are: `npx tsx learn/08-sphere/directions.ts`. */
import { Generator, hypersphere, init, normal, scope } from '../../src/index.js';

await init('reference', { dtype: 'float64' });
const generator = new Generator(1);
const PAIRS = 2000;

/** The root of the mean square: the usual size of numbers that may have either sign. */
function typical(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((sum, x) => sum + x * x, 0) / values.length);
}

console.log('    d   1/√d    entry   cosine  angles of 9 in 10 pairs');
for (const d of [2, 8, 32, 128, 512]) {
  scope(() => {
    // Normal numbers prefer no direction, so neither do their unit vectors.
    const [a, b] = [0, 1].map(() => hypersphere.unit(normal(generator, [PAIRS, d])));
    const angles = Array.from(hypersphere.geodesicDistance(a, b).dataSync(), (x) => (x * 180) / Math.PI).sort(
      (x, y) => x - y,
    );
    const between = [0.05, 0.95].map((share) => `${angles[share * PAIRS].toFixed(0)}°`);
    const sizes = [1 / Math.sqrt(d), typical(a.dataSync()), typical(hypersphere.cosine(a, b).dataSync())];
    console.log(
      `${String(d).padStart(5)}   ${sizes.map((x) => x.toFixed(3)).join('   ')}   ${between.join(' to ')}`,
    );
  });
}
