import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { gradcheck } from '../../src/autograd/index.js';
import { hypersphere } from '../../src/ngpt/index.js';
import { init, scope, type Tensor, tensor } from '../../src/tensor/index.js';
import { expectClose } from '../helpers/values/close.js';
import { dot } from '../helpers/values/plain.js';
import { absolute, EXACT, relative } from '../helpers/values/tolerance.js';

const { capAngle, cosine, geodesicDistance, lerp, slerp, tangentProjection, unit } = hypersphere;

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

/** Some numbers that are not all 0, of sizes far apart. */
function vectors(size: number): fc.Arbitrary<number[]> {
  const component = fc.oneof(
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.constantFrom(0, 1, -1, 1e-9, 1e12),
  );
  return fc
    .array(component, { minLength: size, maxLength: size })
    .filter((values) => values.some((value) => Math.abs(value) > 1e-12));
}

/** `count` unit vectors of one dimension, 2 to 6. */
function points(count: number): fc.Arbitrary<number[][]> {
  return fc
    .integer({ min: 2, max: 6 })
    .chain((size) => fc.array(vectors(size).map(normalized), { minLength: count, maxLength: count }));
}

const shares = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1));

function normalized(x: number[]): number[] {
  const largest = Math.max(...x.map(Math.abs));
  const scaled = x.map((value) => value / largest);
  const length = Math.sqrt(dot(scaled, scaled));
  return scaled.map((value) => value / length);
}

/** f of vectors, back as plain numbers. */
function values(f: (...xs: Tensor[]) => Tensor, ...xs: number[][]): number[] {
  return scope(() => Array.from(f(...xs.map((x) => tensor(x))).dataSync()));
}

const distance = (a: number[], b: number[]) => values(geodesicDistance, a, b)[0];
const along = (a: number[], b: number[], t: number) => values((x, y) => slerp(x, y, t), a, b);

/** A point at `angle` from e₀, in the plane of e₀ and e₁. */
const turned = (angle: number) => [Math.cos(angle), Math.sin(angle), 0];

describe('every function', () => {
  const rowwise: [name: string, f: (a: Tensor, b: Tensor) => Tensor][] = [
    ['cosine', cosine],
    ['geodesicDistance', geodesicDistance],
    ['lerp', (a, b) => lerp(a, b, 0.3)],
    ['slerp', (a, b) => slerp(a, b, 0.3)],
    ['tangentProjection', (a, b) => tangentProjection(a, b)],
    ['capAngle', (a, b) => capAngle(a, b, 1)],
  ];
  const rows = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })).chain(([m, n]) =>
    fc.record({
      sizes: fc.constant([m, n]),
      pairs: fc.integer({ min: 2, max: 5 }).chain((size) =>
        fc.array(fc.tuple(vectors(size).map(normalized), vectors(size).map(normalized)), {
          minLength: m * n,
          maxLength: m * n,
        }),
      ),
    }),
  );
  /** [...sizes, d] of the first or the second of each pair. */
  const stacked = (pairs: [number[], number[]][], sizes: readonly number[], side: 0 | 1) =>
    tensor(Float64Array.from(pairs.flatMap((pair) => pair[side])), [...sizes, pairs[0][0].length]);

  it.each(rowwise)('%s takes each vector of many for itself', (_, f) => {
    fc.assert(
      fc.property(rows, ({ sizes, pairs }) => {
        const single = pairs.flatMap(([a, b]) => values(f, a, b));
        const all = scope(() => Array.from(f(stacked(pairs, sizes, 0), stacked(pairs, sizes, 1)).dataSync()));
        expectClose(all, single, absolute(1e-15));
      }),
    );
  });

  it.each([
    ['tangentProjection', tangentProjection],
    ['capAngle', (a: Tensor, b: Tensor, axis?: number) => capAngle(a, b, 1, axis)],
  ])('%s takes them along any axis', (_, f) => {
    fc.assert(
      fc.property(rows, fc.constantFrom(0, 1, -2, -3), ({ sizes, pairs }, axis) => {
        scope(() => {
          const [a, b] = ([0, 1] as const).map((side) => stacked(pairs, sizes, side));
          // The last axis and `axis` change places, before and after.
          const order = [0, 1, 2];
          const place = axis < 0 ? axis + 3 : axis;
          [order[place], order[2]] = [2, place];
          const turnedBack = f(a.permute(order), b.permute(order), axis).permute(order);
          expectClose(turnedBack, f(a, b), absolute(1e-15));
        });
      }),
    );
  });
});

describe('unit', () => {
  it('has length 1 and the same direction, whatever the size', () => {
    const scales = fc.constantFrom(1e-200, 1e-30, 1, 1e30, 1e200);
    fc.assert(
      fc.property(points(1), scales, ([x], scale) => {
        const longer = x.map((value) => value * scale);
        expectClose(
          values((v) => unit(v), longer),
          x,
          absolute(1e-15),
        );
      }),
    );
  });
});

describe('cosine', () => {
  it('is the product of unit vectors, and works row by row', () => {
    const result = scope(() =>
      cosine(
        tensor([
          [1, 0],
          [0.6, 0.8],
        ]),
        tensor([
          [0, 1],
          [0.6, 0.8],
        ]),
      ).dataSync(),
    );
    expectClose(Array.from(result), [0, 1], absolute(1e-15));
  });
});

describe('geodesicDistance', () => {
  it('is the arc cosine where that is precise', () => {
    fc.assert(
      fc.property(points(2), ([a, b]) => {
        const cosineOf = dot(a, b);
        fc.pre(Math.abs(cosineOf) < 0.999);
        expectClose(distance(a, b), Math.acos(cosineOf), absolute(1e-13));
      }),
    );
  });

  it('keeps its precision near 0 and near π, where the arc cosine loses half the digits', () => {
    const tiny = fc.double({ min: 1e-12, max: 1e-3, noNaN: true });
    fc.assert(
      fc.property(tiny, (angle) => {
        expectClose(distance(turned(0), turned(angle)), angle, relative(1e-12, 0));
        const fromAntipode = Math.PI - distance(turned(0), turned(Math.PI - angle));
        expectClose(fromAntipode, angle, absolute(4e-15));
      }),
    );
  });

  it('is a metric: 0 to itself, π to the antipode, symmetric, with the triangle inequality', () => {
    fc.assert(
      fc.property(points(3), ([a, b, c]) => {
        expect(distance(a, a)).toBe(0);
        expect(
          distance(
            a,
            a.map((value) => -value),
          ),
        ).toBe(Math.PI);
        expect(distance(a, b)).toBe(distance(b, a));
        expect(distance(a, b)).toBeLessThanOrEqual(Math.PI);
        expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c) + 1e-14);
      }),
    );
  });

  it('takes [..., d] to [...]', () => {
    const shape = scope(() => {
      const x = unit(
        tensor([
          [
            [1, 2, 3],
            [3, 2, 1],
          ],
        ]),
      );
      return geodesicDistance(x, x).shape;
    });
    expect(shape).toEqual([1, 2]);
  });
});

describe('slerp', () => {
  it('starts at a and ends at b', () => {
    fc.assert(
      fc.property(points(2), ([a, b]) => {
        fc.pre(distance(a, b) < Math.PI - 1e-3);
        expectClose(along(a, b, 0), a, absolute(1e-14));
        expectClose(along(a, b, 1), b, absolute(1e-12));
      }),
    );
  });

  it('stays on the sphere and moves at constant speed', () => {
    fc.assert(
      fc.property(points(2), shares, ([a, b], t) => {
        const whole = distance(a, b);
        fc.pre(whole < Math.PI - 1e-3);
        const point = along(a, b, t);
        expectClose(Math.sqrt(dot(point, point)), 1, absolute(1e-14));
        expectClose(distance(a, point), t * whole, absolute(1e-11));
        expectClose(distance(point, b), (1 - t) * whole, absolute(1e-11));
      }),
    );
  });

  it('is smooth where it changes to the straight line, at an angle of 1e-4', () => {
    for (const angle of [0, 1e-12, 0.9e-4, 1.1e-4, 0.01, 0.09]) {
      expectClose(along(turned(0), turned(angle), 0.3), turned(0.3 * angle), absolute(1e-13));
    }
  });

  it('gives a point of the sphere or the zero vector between antipodes, never a NaN', () => {
    fc.assert(
      fc.property(points(1), shares, ([a], t) => {
        const point = along(
          a,
          a.map((value) => -value),
          t,
        );
        const length = Math.sqrt(dot(point, point));
        expect(Math.min(Math.abs(length - 1), length)).toBeLessThan(1e-12);
      }),
    );
  });

  it('has a derivative, between identical vectors too', () => {
    const a = tensor(normalized([1, 2, -1]));
    const b = tensor(normalized([-1, 0.5, 2]));
    expect(gradcheck((x, y) => slerp(x, y, 0.3), [a, b])).toBeLessThan(1e-6);
    expect(gradcheck((x, y) => slerp(x, y, 0.3), [a, a])).toBeLessThan(1e-6);
  });
});

describe('lerp', () => {
  it('is the chord: on the sphere at both ends, inside it in between', () => {
    fc.assert(
      fc.property(points(2), fc.double({ min: 0.1, max: 0.9, noNaN: true }), ([a, b], t) => {
        fc.pre(distance(a, b) > 0.1);
        expectClose(
          values((x, y) => lerp(x, y, 0), a, b),
          a,
          EXACT,
        );
        expectClose(
          values((x, y) => lerp(x, y, 1), a, b),
          b,
          absolute(1e-15),
        );
        const middle = values((x, y) => lerp(x, y, t), a, b);
        expect(dot(middle, middle)).toBeLessThan(1);
        expectClose(
          middle,
          a.map((value, i) => (1 - t) * value + t * b[i]),
          absolute(1e-15),
        );
      }),
    );
  });
});

describe('tangentProjection', () => {
  const tangent = (x: Tensor, v: Tensor) => tangentProjection(x, v);

  it('leaves what is orthogonal to x: twice is once, and x itself vanishes', () => {
    const vector = fc
      .integer({ min: 2, max: 6 })
      .chain((size) =>
        fc.tuple(
          vectors(size).map(normalized),
          fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: size, maxLength: size }),
        ),
      );
    fc.assert(
      fc.property(vector, ([x, v]) => {
        const projected = values(tangent, x, v);
        expectClose(dot(x, projected), 0, absolute(1e-13));
        expectClose(values(tangent, x, projected), projected, absolute(1e-13));
        expectClose(
          values(tangent, x, x),
          x.map(() => 0),
          absolute(1e-15),
        );
        const along = dot(x, v);
        expectClose(
          projected.map((value, i) => value + along * x[i]),
          v,
          absolute(1e-13),
        );
      }),
    );
  });
});

describe('capAngle', () => {
  const angles = fc.oneof(
    fc.double({ min: 1e-6, max: Math.PI, noNaN: true }),
    fc.constantFrom(Math.PI / 2, Math.PI),
  );

  it('is a unit vector no farther from the first than the angle, and on the way to the second', () => {
    fc.assert(
      fc.property(points(2), angles, ([a, b], most) => {
        const capped = values((x, y) => capAngle(x, y, most), a, b);
        expectClose(dot(capped, capped), 1, absolute(1e-14));
        expect(distance(a, capped)).toBeLessThan(most + 1e-7);
        if (distance(a, b) <= most - 1e-9) expect(capped).toEqual(b);
        else if (distance(a, b) < Math.PI - 1e-6 && distance(a, b) > most + 1e-6) {
          expectClose(distance(a, capped), most, absolute(1e-7));
          expectClose(distance(a, capped) + distance(capped, b), distance(a, b), absolute(1e-7));
        }
      }),
    );
  });

  it('stays where it is when the way is to the opposite point, which any direction leads to', () => {
    for (const most of [0.1, Math.PI / 2, 3]) {
      expectClose(
        values((x, y) => capAngle(x, y, most), [0, 1], [0, -1]),
        [0, 1],
        absolute(1e-15),
      );
    }
  });
});
