/** What is drawn of the way of one character through a model. */
import type { Trace } from '../../../src/experiments/inspect/trace.js';
import type { Architecture } from '../../../src/ngpt/index.js';
import { type Place, type Projection, placeOf, project } from '../../measure/project.js';

/** A stop of the way, in the picture. */
export interface Stop {
  readonly label: string;
  readonly place: Place;
  readonly target: Place | null;
  /** Share of its squared length that the picture keeps. */
  readonly kept: number;
  readonly norm: number;
  /** Mean |α|, and the angle of the step in degrees. */
  readonly alpha: number | null;
  readonly degrees: number;
}

export interface Scene {
  readonly arch: Architecture;
  readonly stops: readonly Stop[];
  readonly kept: number;
  /** Whether all there is can be seen: in three dimensions or fewer. */
  readonly isExact: boolean;
  readonly directions: Projection['directions'];
}

/** @param before - the directions of the picture before, so that it does not spin from one to the next. */
export function sceneOf(arch: Architecture, trace: Trace, before: Projection['directions'] = []): Scene {
  const { directions, places, kept, keptOfAll } = project(
    trace.map(({ state }) => state),
    before,
  );
  const stops = trace.map(({ label, target, norm, alpha, angle }, i) => ({
    ...{ label, norm },
    place: places[i],
    target: target === null ? null : placeOf(directions, target),
    kept: kept[i],
    alpha: alpha === null ? null : alpha.reduce((sum, value) => sum + Math.abs(value), 0) / alpha.length,
    degrees: (angle * 180) / Math.PI,
  }));
  return { arch, stops, kept: keptOfAll, isExact: trace[0].state.length <= 3, directions };
}

/** What the picture keeps, in words. */
export function keptWords({ isExact, kept }: Scene): string {
  if (isExact) return 'The picture is exact: there are no more than three dimensions.';
  return `A projection to three of the dimensions, which keeps ${Math.round(100 * kept)} % of the squared lengths; points are drawn out to the sphere.`;
}
