import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Place } from '../../../../web/measure/project.js';
import { arc, cutAtHorizon, graticule, onSphere, see } from '../../../../web/panels/sphere/geometry.js';
import { expectClose } from '../../../helpers/values/close.js';
import { absolute } from '../../../helpers/values/tolerance.js';

const number = fc.double({ min: -3, max: 3, noNaN: true });
const place = fc.tuple(number, number, number).map((p): Place => p);
const view = fc.record({ turn: number, tilt: number });
const dot = (a: Place, b: Place) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

describe('see', () => {
  it('turns without making anything longer or shorter', () => {
    fc.assert(
      fc.property(place, view, (p, v) => {
        const { x, y, depth } = see(p, v);
        expectClose(Math.hypot(x, y, depth), Math.hypot(...p), absolute(5e-10));
      }),
    );
  });

  it('looks at x and y from the front, and brings the right side forward when it turns', () => {
    expect(see([1, 2, 3], { turn: 0, tilt: 0 })).toEqual({ x: 1, y: 2, depth: 3 });
    expectClose(see([0, 0, 1], { turn: Math.PI / 2, tilt: 0 }).x, 1, absolute(5e-13));
    expectClose(see([0, 1, 0], { turn: 0, tilt: Math.PI / 2 }).depth, 1, absolute(5e-13));
  });
});

describe('arc', () => {
  it('stays on the sphere, from one end to the other, in steps of equal angle', () => {
    fc.assert(
      fc.property(place, place, (p, q) => {
        const [a, b] = [onSphere(p), onSphere(q)];
        const way = arc(a, b, 8);
        for (const each of way) expectClose(Math.hypot(...each), 1, absolute(5e-10));
        expectClose(dot(way[0], a), 1, absolute(5e-7));
        // Opposite ends are missed by as much as tells which way to go.
        expect(dot(way[8], b)).toBeGreaterThan(1 - 1e-3);
        const cosines = way.slice(1).map((each, i) => dot(each, way[i]));
        for (const cosine of cosines) expectClose(cosine, cosines[0], absolute(5e-4));
      }),
    );
  });
});

describe('arc between opposite points', () => {
  it('goes round the sphere in equal steps', () => {
    const way = arc([0, 1, 0], [0, -1, 0], 8);
    way.forEach((each, i) => {
      expectClose(dot(each, [0, 1, 0]), Math.cos((i * Math.PI) / 8), absolute(5e-3));
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
    for (const line of graticule())
      for (const each of line) expectClose(Math.hypot(...each), 1, absolute(5e-13));
  });
});
