/** The columns that a chart of losses draws, from the histories of both models. */
import type { Architecture } from '../../../src/ngpt/index.js';
import { ARCHITECTURES } from '../../setup/train-settings.js';
import type { History } from '../../training/history.js';
import { thin } from './thin.js';

/** What the chart counts along its x axis. */
export type Axis = 'steps' | 'characters' | 'seconds';

/** Average losses of the batches that a model learns from, or losses on text that it never learns from. */
export type Kind = 'batches' | 'held out';

/** One x column for each line, as lines have points of their own. */
export interface Line {
  readonly arch: Architecture;
  readonly kind: Kind;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** More than a chart has pixels. */
const MOST_POINTS = 600;

/** Losses of single batches jump: each point is the average of so many steps before it, itself, and as many after it. */
export const REACH = 10;

/** Of each model the average of its batches, and the held-out losses. @param perStep - characters in a batch */
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
      y: points.map((i) => averageAround(steps.loss, i)),
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

/**
 * It lags behind nothing, as an average of what came before would while losses fall. Near the beginning fewer are averaged,
 * as many on both sides; at the end those that are there.
 * @example averageAround([4, 3, 2], 1) // 3
 */
export function averageAround(losses: readonly number[], i: number): number {
  const reach = Math.min(REACH, i);
  const near = losses.slice(i - reach, i + reach + 1);
  return near.reduce((sum, loss) => sum + loss, 0) / near.length;
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
