import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { symmetricEigenvalues } from '../../../src/experiments/inspect/spectrum.js';
import { placeOf, project } from '../../../web/measure/project.js';
import { symmetricEigen } from '../../../web/measure/symmetric-eigen.js';
import { expectClose } from '../../helpers/values/close.js';
import { Draw, seeds } from '../../helpers/values/draw.js';
import { dot } from '../../helpers/values/plain.js';
import { absolute } from '../../helpers/values/tolerance.js';

type Vectors = readonly (readonly number[])[];

/** Points of d dimensions, in a space of `rank` of them; now and then one of them is 0, or all are. */
const clouds = fc
  .record({
    seed: seeds,
    count: fc.integer({ min: 1, max: 14 }),
    d: fc.integer({ min: 1, max: 12 }),
    rank: fc.nat(12),
  })
  .map(({ seed, count, d, rank }) => {
    const draw = new Draw(seed);
    const basis = Array.from({ length: rank }, () => Array.from(draw.numbers([d])));
    return Array.from({ length: count }, () => {
      const weights = Array.from(draw.numbers([rank]));
      return Array.from({ length: d }, (_, i) =>
        basis.reduce((sum, row, at) => sum + weights[at] * row[i], 0),
      );
    });
  });

function products(vectors: Vectors): number[][] {
  return vectors.map((a) => vectors.map((b) => dot(a, b)));
}

function expectOrthonormal(vectors: Vectors): void {
  const wanted = vectors.flatMap((_, i) => vectors.map((_, j) => (i === j ? 1 : 0)));
  expectClose(products(vectors).flat(), wanted, absolute(1e-10));
}

const squares = (vectors: Vectors) => vectors.map((vector) => dot(vector, vector));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('symmetricEigen', () => {
  it('takes a matrix apart into what makes it up again', () => {
    fc.assert(
      fc.property(clouds, seeds, (points, seed) => {
        const shift = new Draw(seed).integer(-3, 3);
        // Of any sign, with equal ones among them where the points span less than there are.
        const matrix = products(points).map((row, i) => row.map((x, j) => x + (i === j ? shift : 0)));
        const { values, vectors } = symmetricEigen(matrix);
        expectOrthonormal(vectors);
        expect([...values]).toEqual([...values].sort((a, b) => b - a));
        const again = matrix.map((row, i) =>
          row.map((_, j) => sum(values.map((value, k) => value * vectors[k][i] * vectors[k][j]))),
        );
        const size = Math.hypot(...matrix.flat(), 1);
        expectClose(again.flat(), matrix.flat(), absolute(1e-12 * size));
        const library = symmetricEigenvalues(Float64Array.from(matrix.flat()), matrix.length);
        expectClose(values, library, absolute(1e-12 * size));
      }),
      { numRuns: 200 },
    );
  });
});

describe('project', () => {
  it('has axes at right angles, and keeps no more than there is, but the most that three can keep', () => {
    fc.assert(
      fc.property(clouds, (points) => {
        const { directions, places, kept, keptOfAll } = project(points);
        const d = points[0].length;
        expect(directions).toHaveLength(Math.min(3, d));
        expectOrthonormal(directions);
        expect(places).toHaveLength(points.length);
        const [all, seen] = [squares(points), squares(places)];
        points.forEach((point, i) => {
          expect(placeOf(directions, point)).toEqual(places[i]);
          expect(kept[i]).toBeLessThanOrEqual(1);
          expectClose(kept[i] * all[i], seen[i], absolute(1e-9 * (1 + all[i])));
        });
        const spectrum = symmetricEigenvalues(Float64Array.from(products(points).flat()), points.length);
        expectClose(keptOfAll * sum(all), sum(spectrum.slice(0, 3)), absolute(1e-9 * (1 + sum(all))));
      }),
      { numRuns: 200 },
    );
  });

  it('changes nothing in three dimensions or fewer', () => {
    fc.assert(
      fc.property(clouds, (cloud) => {
        const points = cloud.map((point) => point.slice(0, 3));
        const { places, kept, keptOfAll } = project(points, [[0, 0, 1]]);
        points.forEach((point, i) => {
          expect(places[i]).toEqual([...point, 0, 0].slice(0, 3));
        });
        expect([...new Set(kept), keptOfAll]).toEqual([1, 1]);
      }),
    );
  });

  it('keeps all of what lies in three dimensions of many', () => {
    const draw = new Draw(1);
    const basis = Array.from({ length: 3 }, () => Array.from(draw.numbers([40])));
    const points = Array.from({ length: 9 }, () => {
      const weights = draw.numbers([3]);
      return basis[0].map((_, i) => sum(basis.map((row, at) => weights[at] * row[i])));
    });
    const { places, kept } = project(points);
    expectClose(kept, new Array<number>(9).fill(1), absolute(1e-12));
    // Angles too are as they were.
    expectClose(products(places).flat(), products(points).flat(), absolute(1e-9));
  });

  it('keeps as much with axes before, and stays where nothing has moved', () => {
    fc.assert(
      fc.property(clouds, seeds, (points, seed) => {
        const draw = new Draw(seed);
        const before = project(points).directions;
        // The points have moved a little, and what was first may be second now.
        const moved = points.map((point) => point.map((x) => x + 1e-3 * draw.numbers([1])[0])).reverse();
        const [plain, steady] = [project(moved), project(moved, before)];
        expectOrthonormal(steady.directions);
        expectClose(steady.keptOfAll, plain.keptOfAll, absolute(1e-9));
        // To have come from nothing at all is to be the same.
        const still = project(points, before);
        expectClose(still.places.flat(), project(points).places.flat(), absolute(1e-6));
      }),
    );
  });

  it('turns with the axes before, not against them', () => {
    const draw = new Draw(4);
    const points = Array.from({ length: 8 }, () => Array.from(draw.numbers([6])));
    const { directions } = project(points);
    const turned = [directions[1], directions[2].map((x) => -x), directions[0]];
    expectClose(project(points, turned).directions.flat(), turned.flat(), absolute(1e-12));
    // Those of another model say nothing.
    expect(project(points, [[1, 0, 0]]).directions).toEqual(directions);
  });

  it('has a picture of nothing', () => {
    expect(project([])).toEqual({ directions: [], places: [], kept: [], keptOfAll: 1 });
    const { directions, places, kept } = project([[0, 0, 0, 0, 0]]);
    expectOrthonormal(directions);
    expect([places, kept]).toEqual([[[0, 0, 0]], [1]]);
  });
});
