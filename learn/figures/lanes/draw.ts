/** A row times a matrix, with the numbers that one instruction works on side by side in a frame. */
import { type Colour, colour } from '../base/palette.js';
import { type Drawing, rect, SMALL_TEXT, text } from '../base/svg.js';
import {
  COLUMNS,
  DEPTH,
  instructions,
  LANES,
  type Lanes,
  type Row,
  sentence,
  sumsAt,
  workAt,
} from './count.js';

export interface LanesState {
  readonly row: Row;
  readonly lanes: Lanes;
  readonly isFused: boolean;
  readonly step: number;
}

const MARGIN = 12;
const SIDE = 34;
const TOP = 34;
const ROW = 24;
const BAR_ROW = 24;

export function drawLanes({ row, lanes, isFused, step }: LanesState, width = 0): Drawing {
  const total = Math.max(Math.min(width, 560), 340);
  const cell = (total - 2 * MARGIN - SIDE) / COLUMNS;
  const left = MARGIN + SIDE;
  const work = workAt(lanes, step);
  const sumsTop = TOP + DEPTH * ROW + 34;
  const countTop = sumsTop + ROW + 40;
  const isIn = (j: number) => work !== null && j >= work.first && j < work.first + lanes;
  const number = (j: number, y: number, value: number, look: Colour, bold: boolean) =>
    text({ x: left + (j + 0.5) * cell, y: y + 17 }, String(value), {
      ...{ anchor: 'middle', size: SMALL_TEXT, mono: true, colour: look, bold },
    });
  const frame = (y: number, look: 'blue' | 'orange') =>
    work === null
      ? ''
      : rect(left + work.first * cell, y, lanes * cell, ROW, {
          ...{ fill: colour(`${look}-fill`), stroke: colour(look), 'stroke-width': 2.5, rx: 4 },
        });
  const activeRow = work === null ? null : TOP + work.k * ROW;
  return {
    ...{ width: total, height: countTop + LANES.length * BAR_ROW + 14 },
    says: sentence(row, lanes, step),
    body: [
      text({ x: MARGIN + SIDE / 2 - 4, y: 20 }, 'a', { anchor: 'middle', bold: true }),
      text({ x: left + (COLUMNS * cell) / 2, y: 20 }, 'B', { anchor: 'middle', bold: true }),
      activeRow === null
        ? ''
        : rect(MARGIN, activeRow, SIDE - 8, ROW, {
            fill: colour('green-fill'),
            stroke: colour('green'),
            'stroke-width': 2.5,
            rx: 4,
          }),
      activeRow === null ? '' : frame(activeRow, 'blue'),
      ...row.a.map((value, k) =>
        text({ x: MARGIN + SIDE / 2 - 4, y: TOP + k * ROW + 17 }, String(value), {
          ...{ anchor: 'middle', size: 13, mono: true, bold: work?.k === k },
        }),
      ),
      ...row.b.flatMap((values, k) =>
        values.map((value, j) =>
          number(
            j,
            TOP + k * ROW,
            value,
            work?.k === k && isIn(j) ? 'blue' : 'ink',
            work?.k === k && isIn(j),
          ),
        ),
      ),
      text({ x: MARGIN + SIDE / 2 - 4, y: sumsTop + 17 }, 'c', { anchor: 'middle', bold: true }),
      text({ x: left, y: sumsTop - 8 }, work === null ? 'sums' : `sums += ${row.a[work.k]} × B[${work.k}]`, {
        size: SMALL_TEXT,
        colour: 'soft',
      }),
      frame(sumsTop, 'orange'),
      ...sumsAt(row, lanes, step).map((value, j) =>
        number(j, sumsTop, value, isIn(j) ? 'orange' : 'ink', isIn(j)),
      ),
      ...counts(lanes, isFused, countTop, total),
    ].join(''),
  };
}

/** Instructions of the whole row, for each number of lanes. */
function counts(lanes: Lanes, isFused: boolean, top: number, total: number): string[] {
  const most = instructions(1, isFused).all;
  const [left, room] = [MARGIN + 70, total - 2 * MARGIN - 70 - 40];
  return [
    text({ x: MARGIN, y: top - 8 }, 'instructions for this row', { size: 13, bold: true }),
    ...LANES.flatMap((each, i) => {
      const y = top + i * BAR_ROW;
      const { all } = instructions(each, isFused);
      const length = (all / most) * room;
      const isChosen = each === lanes;
      return [
        text({ x: MARGIN, y: y + 16 }, each === 1 ? '1 lane' : `${each} lanes`, { size: 13, bold: isChosen }),
        rect(left, y + 4, length, 16, { fill: colour(isChosen ? 'blue' : 'line'), rx: 2 }),
        text({ x: left + length + 6, y: y + 17 }, String(all), { size: 13, mono: true, bold: isChosen }),
      ];
    }),
  ];
}
