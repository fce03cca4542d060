/** The Jacobian of unit as a map of colours with numbers, x and y beside it. */
import { shown } from '../base/numbers.js';
import { type Colour, colour } from '../base/palette.js';
import { type Drawing, line, lines, type Point, rect, SMALL_TEXT, text } from '../base/svg.js';
import { sentence, type UnitSlopes } from './slopes.js';

const CELL = { width: 62, height: 42 };
const SIDE = 46;
const MARGIN = 12;
const BARS = 78;
const HEAD = 44;
const NARROWEST = 300;

export function drawJacobian(slopes: UnitSlopes, width = 0): Drawing {
  const { x, y, norm, jacobian, alongY } = slopes;
  const size = x.length;
  const cell = {
    ...CELL,
    width: Math.min(CELL.width, (Math.max(width, NARROWEST) - SIDE - 2 * MARGIN) / size),
  };
  const map = size * cell.width;
  const total = Math.max(width, map + SIDE + 2 * MARGIN);
  const left = (total - map - SIDE) / 2 + SIDE;
  const [topOfX, topOfMap] = [HEAD, HEAD + BARS + 40];
  const topOfY = topOfMap + size * cell.height + 52;
  const largest = Math.max(...jacobian.flat().map(Math.abs), 1e-9);
  const columns = (column: number) => left + (column + 0.5) * cell.width;
  return {
    ...{ width: total, height: topOfY + BARS + 66 },
    says: `The Jacobian of y = unit(x) at x = [${x.map((each) => shown(each, 3)).join(', ')}]. ${sentence(slopes)}`,
    body: [
      text({ x: left, y: 24 }, `x, of length ‖x‖ = ${shown(norm, 4)}`, { bold: true, colour: 'blue' }),
      bars(x, { x: left, y: topOfX }, cell.width, Math.max(2, ...x.map(Math.abs)), 'blue'),
      text({ x: left, y: topOfMap - 14 }, 'J = (I − y yᵀ) / ‖x‖', { bold: true }),
      ...jacobian.flatMap((row, i) =>
        row.map((slope, j) =>
          cellSVG(slope, slope / largest, { x: left + j * cell.width, y: topOfMap + i * cell.height }, cell),
        ),
      ),
      ...jacobian.map((_, i) =>
        text({ x: left - 10, y: topOfMap + (i + 0.5) * cell.height + 5 }, `∂y${index(i)}`, {
          anchor: 'end',
          size: 13,
        }),
      ),
      ...x.map((_, j) =>
        text({ x: columns(j), y: topOfMap + size * cell.height + 18 }, `∂x${index(j)}`, {
          anchor: 'middle',
          size: 13,
        }),
      ),
      text({ x: left, y: topOfY - 4 }, 'y = x / ‖x‖, which J maps to 0', {
        bold: true,
        colour: 'green',
        size: 13,
      }),
      bars(y, { x: left, y: topOfY + 10 }, cell.width, 1, 'green'),
      ...lines(
        { x: left - SIDE + 4, y: topOfY + BARS + 34 },
        [
          `J y = [${alongY.map((each) => shown(Math.abs(each) < 1e-12 ? 0 : each, 2)).join(', ')}]`,
          'blue +, orange −, the stronger the larger',
        ],
        { size: SMALL_TEXT },
      ),
    ].join(''),
  };
}

/** Bars above and below a line, each with its number. */
function bars(values: readonly number[], at: Point, step: number, largest: number, look: Colour): string {
  const middle = at.y + BARS / 2;
  const height = BARS / 2 - 16;
  const drawn = values.map((value, i) => {
    const length = Math.max(1, (Math.abs(value) / largest) * height);
    const x = at.x + (i + 0.25) * step;
    const top = value < 0 ? middle : middle - length;
    const words = { x: at.x + (i + 0.5) * step, y: value < 0 ? middle + length + 13 : middle - length - 4 };
    return (
      rect(x, top, step / 2, length, { fill: colour(look) }) +
      text(words, shown(value, 3), { anchor: 'middle', size: SMALL_TEXT, mono: true })
    );
  });
  return line({ x: at.x, y: middle }, { x: at.x + values.length * step, y: middle }, 'line') + drawn.join('');
}

function cellSVG(slope: number, share: number, { x, y }: Point, { width, height }: typeof CELL): string {
  const [fill, ink]: [Colour, Colour] = slope < 0 ? ['orange', 'orange'] : ['blue', 'blue'];
  const strength = Math.min(1, Math.abs(share));
  return (
    rect(x + 1, y + 1, width - 2, height - 2, {
      ...{ fill: colour(fill), 'fill-opacity': Math.round(100 * (0.03 + 0.25 * strength)) / 100 },
      ...{ stroke: colour(ink), 'stroke-width': 0.5 + 2.5 * strength, rx: 3 },
    }) +
    text({ x: x + width / 2, y: y + height / 2 + 5 }, shown(slope, 3), {
      anchor: 'middle',
      size: 13,
      mono: true,
    })
  );
}

function index(i: number): string {
  return '₁₂₃₄₅₆'[i];
}
