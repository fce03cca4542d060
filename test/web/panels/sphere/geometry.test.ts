import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Place } from '../../../../web/measure/project.js';
import { arc, cutAtHorizon, graticule, onSphere, see } from '../../../../web/panels/sphere/geometry.js';

const number = fc.double({ min: -3, max: 3, noNaN: true });
const place = fc.tuple(number, number, number).map((p): Place => p);
const view = fc.record({ turn: number, tilt: number });
const dot = (a: Place, b: Place) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

describe('see', () => {
  it('turns without making anything longer or shorter', () => {
    fc.assert(
      fc.property(place, view, (p, v) => {
        const { x, y, depth } = see(p, v);
        expect(Math.hypot(x, y, depth)).toBeCloseTo(Math.hypot(...p), 9);
      }),
    );
  });

  it('looks at x and y from the front, and brings the right side forward when it turns', () => {
    expect(see([1, 2, 3], { turn: 0, tilt: 0 })).toEqual({ x: 1, y: 2, depth: 3 });
    expect(see([0, 0, 1], { turn: Math.PI / 2, tilt: 0 }).x).toBeCloseTo(1, 12);
    expect(see([0, 1, 0], { turn: 0, tilt: Math.PI / 2 }).depth).toBeCloseTo(1, 12);
  });
});

describe('arc', () => {
  it('stays on the sphere, from one end to the other, in steps of equal angle', () => {
    fc.assert(
      fc.property(place, place, (p, q) => {
        const [a, b] = [onSphere(p), onSphere(q)];
        const way = arc(a, b, 8);
        for (const each of way) expect(Math.hypot(...each)).toBeCloseTo(1, 9);
        expect(dot(way[0], a)).toBeCloseTo(1, 6);
        // Opposite ends are missed by as much as tells which way to go.
        expect(dot(way[8], b)).toBeGreaterThan(1 - 1e-3);
        const cosines = way.slice(1).map((each, i) => dot(each, way[i]));
        for (const cosine of cosines) expect(cosine).toBeCloseTo(cosines[0], 3);
      }),
    );
  });
});

describe('arc between opposite points', () => {
  it('goes round the sphere in equal steps', () => {
    const way = arc([0, 1, 0], [0, -1, 0], 8);
    way.forEach((each, i) => {
      expect(dot(each, [0, 1, 0])).toBeCloseTo(Math.cos((i * Math.PI) / 8), 2);
    });
  });
});

describe('cutAtHorizon', () => {
  it('leaves out nothing, and no gap', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 30 }), (places) => {
        const points = places.map((p) => see(p, { turn: 0, tilt: 0 }));
        const pieces = cutAtHorizon(points);
        const joined = pieces.flatMap((piece, i) => (i === 0 ? piece.points : piece.points.slice(1)));
        expect(joined).toEqual(points);
        pieces.slice(1).forEach((piece, i) => {
          expect(piece.points[0]).toBe(pieces[i].points.at(-1));
          expect(piece.isFront).toBe(!pieces[i].isFront);
        });
      }),
    );
  });
});

describe('graticule', () => {
  it('lies on the sphere', () => {
    for (const line of graticule()) for (const each of line) expect(Math.hypot(...each)).toBeCloseTo(1, 12);
  });
});
