/** The columns that a chart of losses draws, from the histories of both models. */
import type { Architecture } from '../../../src/ngpt/index.js';
import { ARCHITECTURES } from '../../setup/train-settings.js';
import type { History } from '../../training/history.js';
import { thin } from './thin.js';

/** What the chart counts along its x axis. */
export type Axis = 'steps' | 'characters' | 'seconds';

/** One x column for each line, as lines have points of their own. */
export interface Line {
  readonly arch: Architecture;
  readonly kind: 'batches' | 'held out';
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** More than a chart has pixels. */
const MOST_POINTS = 600;

/** Of each model the moving average of its batches, and the held-out losses. @param perStep - characters in a batch */
export function linesOf(
  histories: Readonly<Record<Architecture, History>>,
  axis: Axis,
  perStep: number,
): Line[] {
  return ARCHITECTURES.flatMap((arch) => {
    const { steps, evaluations } = histories[arch];
    const points = thin(steps.step.length, MOST_POINTS);
    const batches = {
      x: along(pick(steps.step, points), pick(steps.seconds, points), axis, perStep),
      y: pick(steps.smooth, points),
    };
    const heldOut = {
      x: along(evaluations.step, evaluations.seconds, axis, perStep),
      y: evaluations.valLoss,
    };
    return [
      { arch, kind: 'batches' as const, ...batches },
      { arch, kind: 'held out' as const, ...heldOut },
    ];
  });
}

function pick(column: readonly number[], indices: readonly number[]): number[] {
  return indices.map((i) => column[i]);
}

function along(
  steps: readonly number[],
  seconds: readonly number[],
  axis: Axis,
  perStep: number,
): readonly number[] {
  if (axis === 'seconds') return seconds;
  return axis === 'steps' ? steps : steps.map((step) => step * perStep);
}

/**
 * Lines over one common x column, as uPlot wants them; where a line has no point there, it has undefined, which uPlot draws
 * nothing for and joins over.
 */
export function aligned(lines: readonly Line[]): [x: number[], ...ys: (number | undefined)[][]] {
  const x = [...new Set(lines.flatMap((line) => line.x))].sort((a, b) => a - b);
  const places = new Map(x.map((value, i) => [value, i]));
  const ys = lines.map((line) => {
    const column: (number | undefined)[] = new Array(x.length).fill(undefined);
    line.x.forEach((value, i) => {
      column[places.get(value)!] = line.y[i];
    });
    return column;
  });
  return [x, ...ys];
}
