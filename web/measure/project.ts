/** Many dimensions in three: a picture of the sphere, and how much of it the picture keeps. */

import { symmetricEigen } from './symmetric-eigen.js';

type Vector = readonly number[];

/** A place in the picture; where there are fewer than three dimensions, the rest are 0. */
export type Place = readonly [x: number, y: number, z: number];

/** Points of d dimensions as they are drawn in three. */
export interface Projection {
  /** The axes of the picture: min(d, 3) unit vectors of d numbers, at right angles to each other. */
  readonly directions: readonly Vector[];
  /** One for each point. */
  readonly places: readonly Place[];
  /** Of each point, the share of its squared length that the picture keeps: 1 for all that there is to see. */
  readonly kept: readonly number[];
  /** The same of all points together. */
  readonly keptOfAll: number;
}

/** Below this length a direction is rounding, or so far from where it was that it is better chosen anew. */
const LEAST = 1e-3;

/**
 * Puts points into the three dimensions that keep the most of their squared lengths: uncentred principal components, so that 0
 * stays the middle of the sphere. In three dimensions or fewer nothing is lost and nothing is turned.
 * @param before - the directions of the picture before: the axes are then those in the same space that are nearest to
 * them, so that a picture drawn again and again does not spin.
 */
export function project(points: readonly Vector[], before: readonly Vector[] = []): Projection {
  const d = points[0]?.length ?? 0;
  const directions = d <= 3 ? axes(d) : steady(principal(points, d), before, d);
  const places = points.map((point) => placeOf(directions, point));
  const [all, seen] = [points.map(squared), places.map(squared)];
  return {
    ...{ directions, places },
    kept: all.map((square, i) => share(seen[i], square)),
    keptOfAll: share(sum(seen), sum(all)),
  };
}

/** Where another point lies in the same picture. */
export function placeOf(directions: readonly Vector[], point: Vector): Place {
  const [x = 0, y = 0, z = 0] = directions.map((direction) => dot(direction, point));
  return [x, y, z];
}

/** At most three directions, those along which most of the points' squared lengths lie. */
function principal(points: readonly Vector[], d: number): Vector[] {
  // XᵀX and XXᵀ have the same eigenvalues but for zeros; the smaller one is enough.
  if (points.length >= d) {
    const columns = axes(d).map((_, i) => points.map((point) => point[i]));
    return symmetricEigen(products(columns)).vectors.slice(0, 3);
  }
  const { values, vectors } = symmetricEigen(products(points));
  const found = values.flatMap((value, i) => (i < 3 && value > LEAST ** 4 * values[0] ? [vectors[i]] : []));
  return found.map((weights) => {
    const direction = Array.from({ length: d }, (_, i) =>
      dot(
        weights,
        points.map((point) => point[i]),
      ),
    );
    const length = Math.sqrt(squared(direction));
    return direction.map((value) => value / length);
  });
}

/** Three axes of the space that `own` span, as near to `before` as they can be; where that is less than three, any. */
function steady(own: readonly Vector[], before: readonly Vector[], d: number): Vector[] {
  const kept = before.filter((direction) => direction.length === d);
  const inside = kept.map((direction) =>
    combine(
      own,
      own.map((each) => dot(each, direction)),
    ),
  );
  const chosen: Vector[] = [];
  for (const candidate of [...inside, ...own, ...kept, ...axes(d)]) {
    if (chosen.length === 3) break;
    // Twice, because the first time leaves what rounding left.
    const rest = without(without(candidate, chosen), chosen);
    const length = Math.sqrt(squared(rest));
    if (length > LEAST) chosen.push(rest.map((value) => value / length));
  }
  return chosen;
}

function axes(d: number): Vector[] {
  return Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => (i === j ? 1 : 0)));
}

/** The part of a vector at right angles to unit vectors that are so to each other. */
function without(vector: Vector, others: readonly Vector[]): Vector {
  const part = combine(
    others,
    others.map((other) => dot(other, vector)),
  );
  return part.length === 0 ? vector : vector.map((value, i) => value - part[i]);
}

function combine(vectors: readonly Vector[], weights: Vector): number[] {
  return (vectors[0] ?? []).map((_, i) => sum(vectors.map((vector, at) => weights[at] * vector[i])));
}

/** Of all pairs. */
function products(vectors: readonly Vector[]): number[][] {
  return vectors.map((a) => vectors.map((b) => dot(a, b)));
}

/** A point at 0 is where it is. Rounding must not keep more than there is. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : Math.min(1, part / whole);
}

const sum = (values: Vector) => values.reduce((total, value) => total + value, 0);
const dot = (a: Vector, b: Vector) => a.reduce((total, value, i) => total + value * b[i], 0);
const squared = (vector: Vector) => dot(vector, vector);
