/** What is to be drawn, without a word about how: `draw/` makes pictures of it, and `page/` tables. */

/** An axis of a chart: what it measures, and where it ends. */
export interface Axis {
  readonly label: string;
  /** Null for what has none: a ratio, a count, a layer. */
  readonly unit: string | null;
  /** Default linear. */
  readonly scale?: 'linear' | 'log';
  /** Where ticks are; chosen by themselves where it is missing. */
  readonly ticks?: readonly number[];
  /** A value that the axis includes whatever is drawn, such as 0. */
  readonly includes?: number;
  /** Where the axis ends though values go on: lines are cut off there. For linear axes. */
  readonly most?: number;
}

/** Of what has no order. */
const DISTINCT = ['blue', 'vermilion', 'green', 'purple', 'black', 'orange'] as const;
/** Of one kind from light to dark on white, for what has an order. */
export const SHADES = {
  blue: ['light-blue', 'blue', 'dark-blue'],
  vermilion: ['light-vermilion', 'vermilion', 'dark-vermilion'],
} as const;
export const COLOURS = [
  ...DISTINCT,
  ...(['light-blue', 'dark-blue', 'light-vermilion', 'dark-vermilion'] as const),
] as const;
export type Colour = (typeof COLOURS)[number];

export const DASHES = ['solid', 'dashed', 'dotted', 'dash-dotted'] as const;
export type Dash = (typeof DASHES)[number];

export const MARKERS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star'] as const;
export type Marker = (typeof MARKERS)[number];

/** How a series differs from others: never by colour alone. */
export interface Look {
  readonly colour: Colour;
  readonly dash: Dash;
  readonly marker: Marker;
}

export interface Point {
  readonly x: number;
  /** Not drawn unless finite; a line has a gap there. */
  readonly y: number;
  /** Ends of a whisker. */
  readonly low?: number;
  readonly high?: number;
}

/** `steps` is a histogram: a point where every bin begins, and one at the end of the last. `bars` are for panels of rows. */
export type Form = 'line' | 'points' | 'faint' | 'steps' | 'bars';

export interface Series {
  readonly name: string;
  readonly look: Look;
  readonly form: Form;
  readonly points: readonly Point[];
  /** Stands at the end of its line, where a legend alone would be hard to follow. */
  readonly endLabel?: string;
}

/** A line across a panel that values are held to. */
export interface Reference {
  readonly value: number;
  readonly label: string;
}

export interface Panel {
  /** Null where it is the only one. */
  readonly title: string | null;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly reference?: Reference;
  /** Names of the places 1, 2, … of the horizontal axis: it is drawn lying, row by row, with bars from 0. */
  readonly rows?: readonly string[];
}

/** Panels side by side, with one legend. */
export interface Chart {
  readonly panels: readonly Panel[];
  /** Whether all have the same vertical axis, so that they can be compared. Default false. */
  readonly sharesY?: boolean;
}

/** The look of the i-th of several; they repeat after twelve. */
export function lookOf(i: number): Look {
  return {
    colour: DISTINCT[i % DISTINCT.length],
    dash: DASHES[i % DASHES.length],
    marker: MARKERS[i % MARKERS.length],
  };
}

/** `loss (nats per token)` */
export function axisTitle({ label, unit }: Axis): string {
  return unit === null ? label : `${label} (${unit})`;
}

/** Beyond, coordinates overflow; nothing that is measured is so large. */
const LARGEST = 1e100;

/** Whether a number has a place on an axis. */
export function isDrawable(value: number | null | undefined, { scale = 'linear' }: Axis): value is number {
  if (value === null || value === undefined || !Number.isFinite(value)) return false;
  return scale === 'log' ? value > 1 / LARGEST && value < LARGEST : Math.abs(value) < LARGEST;
}

/** Whether there is anything to see. */
export function isEmpty({ x, y, series }: Panel): boolean {
  return series.every(({ points }) => points.every((point) => !isPlaced(point, x, y)));
}

/** Whether both coordinates have a place. */
export function isPlaced(point: Point, x: Axis, y: Axis): boolean {
  return isDrawable(point.x, x) && isDrawable(point.y, y);
}
