/** Chapter 12, exercise 1: the checks. */
import { Generator } from '../../src/index.js';
import { type Check, close, equal, holds } from '../exercises/check.js';
import { CountedMatrix, type Tile } from './counted.js';

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  multiply(a: CountedMatrix, b: CountedMatrix, tile: Tile): number[][];
  loadsPerProduct(tile: Tile): number;
  registers(tile: Tile, lanes: number): number;
}

const NARROW = { rows: 4, columns: 8 };
const WIDE = { rows: 6, columns: 16 };

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'the product is right',
    run({ multiply }) {
      const [a, b] = matrices(8, 5, 16);
      close(multiply(a, b, NARROW), plainly(a, b), 'a · b');
    },
  },
  {
    name: 'and so it is where the last tiles are not whole',
    run({ multiply }) {
      const [a, b] = matrices(7, 3, 19);
      close(multiply(a, b, WIDE), plainly(a, b), 'a · b of 7 × 3 and 3 × 19 in tiles of 6 × 16');
    },
  },
  {
    name: 'each element of a is read once for each column of tiles',
    run({ multiply }) {
      const [a, b] = matrices(8, 5, 32);
      multiply(a, b, NARROW);
      const hint = 'read x = a.at(i, k) once, and use it for all columns of the tile';
      holds(
        Math.max(...a.reads) <= 4,
        `32 columns are 4 tiles of 8, but an element of a is read ${Math.max(...a.reads)} times; ${hint}`,
      );
    },
  },
  {
    name: 'each element of b is read once for each row of tiles',
    run({ multiply }) {
      const [a, b] = matrices(24, 5, 16);
      multiply(a, b, WIDE);
      const hint = 'read the row of b that a tile needs before its loop over rows';
      holds(
        Math.max(...b.reads) <= 4,
        `24 rows are 4 tiles of 6, but an element of b is read ${Math.max(...b.reads)} times; ${hint}`,
      );
    },
  },
  {
    name: 'loadsPerProduct is what multiply reads',
    run({ multiply, loadsPerProduct }) {
      for (const tile of [NARROW, WIDE]) {
        const [a, b] = matrices(12, 6, 16);
        multiply(a, b, tile);
        const reads = [...a.reads, ...b.reads].reduce((sum, each) => sum + each);
        const name = `loadsPerProduct of ${tile.rows} × ${tile.columns}`;
        close(
          loadsPerProduct(tile),
          reads / (12 * 6 * 16),
          name,
          'how many elements of a and of b, for how many products?',
        );
      }
    },
  },
  {
    name: 'registers says why each build has its tile',
    run({ registers }) {
      equal(registers(NARROW, 4), 11, 'registers of 4 × 8 in lanes of 4', '8 sums, 2 of b, 1 of a');
      equal(registers(WIDE, 8), 15, 'registers of 6 × 16 in lanes of 8', '12 sums, 2 of b, 1 of a');
      equal(registers(WIDE, 4), 29, 'registers of 6 × 16 in lanes of 4: more than the 16 there are');
    },
  },
];

/** Of small whole numbers, so that sums are exact in any order. */
function matrices(m: number, k: number, n: number): [CountedMatrix, CountedMatrix] {
  const random = new Generator(1);
  const values = (count: number) => Array.from({ length: count }, () => random.integer(19) - 9);
  return [new CountedMatrix(m, k, values(m * k)), new CountedMatrix(k, n, values(k * n))];
}

function plainly(a: CountedMatrix, b: CountedMatrix): number[][] {
  const range = (length: number) => Array.from({ length }, (_, i) => i);
  return range(a.rows).map((i) =>
    range(b.columns).map((j) => range(a.columns).reduce((sum, k) => sum + a.at(i, k) * b.at(k, j), 0)),
  );
}
