/** Names at the ends of lines, moved apart where they would lie over each other. */
import * as Plot from '@observablehq/plot';
import { isPlaced, type Panel } from '../chart.js';
import { INK, PAPER } from './palette.js';
import { type Ends, placeOn } from './scales.js';

const LETTER = 6;
const HEIGHT = 12;
const MOST_LETTERS = 24;

interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  /** In pixels, from the left and from below. */
  readonly left: number;
  readonly width: number;
  top: number;
}

/** Room to the right of a panel; 0 where no series has a name at its end. */
export function endLabelRoom({ series }: Panel): number {
  return Math.max(0, ...series.map(({ endLabel }) => (endLabel === undefined ? 0 : widthOf(endLabel))));
}

export function endLabels(panel: Panel, xEnds: Ends, yEnds: Ends, size: { width: number; height: number }) {
  const labels = panel.series.flatMap(({ endLabel, points }): Label[] => {
    const last = points.filter((point) => isPlaced(point, panel.x, panel.y)).at(-1);
    if (endLabel === undefined || last === undefined) return [];
    const { x, y } = last;
    const [left, top] = [placeOn(panel.x, xEnds, x, size.width), placeOn(panel.y, yEnds, y, size.height)];
    return [{ text: shortened(endLabel), x, y, left, top, width: widthOf(endLabel) }];
  });
  return moved(labels).map(({ text, x, y, dy }) =>
    Plot.text([text], {
      ...{ x: [x], y: [y], dx: 7, dy, textAnchor: 'start', fontSize: 11 },
      ...{ fill: INK, stroke: PAPER, strokeWidth: 3 },
    }),
  );
}

/** From the lowest up, each as far as those below it ask for. */
function moved(labels: readonly Label[]) {
  const placed: Label[] = [];
  return [...labels]
    .sort((a, b) => a.top - b.top)
    .map((label) => {
      const before = label.top;
      for (const { left, width, top } of placed) {
        const isBeside = left < label.left + label.width && label.left < left + width;
        if (isBeside && label.top - top < HEIGHT) label.top = top + HEIGHT;
      }
      placed.push(label);
      return { ...label, dy: before - label.top };
    });
}

function shortened(text: string): string {
  const letters = [...text];
  return letters.length <= MOST_LETTERS ? text : `${letters.slice(0, MOST_LETTERS - 1).join('')}…`;
}

function widthOf(text: string): number {
  return LETTER * [...shortened(text)].length + 7;
}
