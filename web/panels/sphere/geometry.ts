/** A sphere seen from where the visitor turned it to. */
import type { Place } from '../../measure/project.js';

/** Where the sphere is looked at from, in radians: turned about its upright axis, then tilted towards the viewer. */
export interface View {
  readonly turn: number;
  readonly tilt: number;
}

/** A point as it is seen: x to the right, y up, depth towards the viewer. */
export interface Seen {
  readonly x: number;
  readonly y: number;
  readonly depth: number;
}

/** An orthographic picture: what is 1 long and faces the viewer is 1 long. */
export function see([x, y, z]: Place, { turn, tilt }: View): Seen {
  const [a, b] = [x * Math.cos(turn) + z * Math.sin(turn), z * Math.cos(turn) - x * Math.sin(turn)];
  return {
    x: a,
    y: y * Math.cos(tilt) - b * Math.sin(tilt),
    depth: b * Math.cos(tilt) + y * Math.sin(tilt),
  };
}

/** What is shorter than this has no direction that floats could tell. */
const SHORTEST = 1e-150;

/** Out to the sphere of radius 1, in the same direction; the middle, which has none, goes to its pole. */
export function onSphere(place: Place): Place {
  const length = Math.hypot(...place);
  return length < SHORTEST ? [0, 1, 0] : [place[0] / length, place[1] / length, place[2] / length];
}

/** Points along the great circle from one point of the sphere to another, both included. */
export function arc(from: Place, to: Place, count = 24): Place[] {
  const cosine = Math.max(-1, Math.min(1, from[0] * to[0] + from[1] * to[1] + from[2] * to[2]));
  const angle = Math.acos(cosine);
  // Of opposite points every great circle is the way: any will do, and a straight line is none.
  if (angle > Math.PI - 1e-6) return arc(from, nudged(to), count);
  return Array.from({ length: count + 1 }, (_, i) => {
    const share = i / count;
    const along = (a: number, b: number) => a * (1 - share) + b * share;
    if (angle < 1e-3) return onSphere([along(from[0], to[0]), along(from[1], to[1]), along(from[2], to[2])]);
    const [p, q] = [Math.sin((1 - share) * angle), Math.sin(share * angle)];
    return onSphere([p * from[0] + q * to[0], p * from[1] + q * to[1], p * from[2] + q * to[2]]);
  });
}

function nudged([x, y, z]: Place): Place {
  // In a direction in which the point itself does not lie.
  return onSphere(Math.abs(x) < 0.9 ? [x + 1e-4, y, z] : [x, y + 1e-4, z]);
}

/** Lines of equal height and through the poles, to see how the sphere is turned. */
export function graticule(): Place[][] {
  const whole = Array.from({ length: 49 }, (_, i) => (2 * Math.PI * i) / 48);
  const parallels = [-Math.PI / 6, Math.PI / 6, 0].map((height) =>
    whole.map(
      (angle): Place => [
        Math.cos(height) * Math.cos(angle),
        Math.sin(height),
        Math.cos(height) * Math.sin(angle),
      ],
    ),
  );
  const meridians = [0, Math.PI / 3, (2 * Math.PI) / 3].map((angle) =>
    whole.map(
      (height): Place => [
        Math.cos(height) * Math.cos(angle),
        Math.sin(height),
        Math.cos(height) * Math.sin(angle),
      ],
    ),
  );
  return [...parallels, ...meridians];
}

/** A line cut where it goes behind the sphere and comes back: pieces that lie all in front or all behind. */
export function cutAtHorizon(points: readonly Seen[]): { isFront: boolean; points: Seen[] }[] {
  const pieces: { isFront: boolean; points: Seen[] }[] = [];
  for (const point of points) {
    const isFront = point.depth >= 0;
    const last = pieces.at(-1);
    if (last === undefined || last.isFront !== isFront) {
      // It begins where the one before ended, so that there is no gap.
      pieces.push({
        isFront,
        points: last === undefined ? [point] : [last.points[last.points.length - 1], point],
      });
    } else last.points.push(point);
  }
  return pieces;
}
