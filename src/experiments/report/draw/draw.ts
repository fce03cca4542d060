/** Charts as SVG. */
import { type Chart, COLOURS, isEmpty, type Panel } from '../chart.js';
import { element, newDocument, printable, SVG, serialize, tidy } from './document.js';
import { drawLegend } from './legend.js';
import { colourVariable, INK, ON_WHITE, PAPER } from './palette.js';
import { drawPanel } from './panel.js';
import { drawRows, rowsHeight } from './rows.js';
import { commonEnds, type Ends, endsOf } from './scales.js';

/** The text of an SVG in two forms. */
export interface Drawn {
  /** A picture of its own, on white. */
  readonly file: string;
  /** A part of a page, in the colours of the page. */
  readonly page: string;
}

export interface Named {
  /** Unique in a page. */
  readonly id: string;
  readonly title: string;
  /** In place of the picture, for who cannot see it. */
  readonly description: string;
}

const WIDTH = 720;
const EDGE = 12;
const PANEL_TITLE = 18;
const GAP = 16;
const HEIGHTS = [300, 240, 210] as const;

/** An image with a title and a description. */
export function drawChart(chart: Chart, named: Named): Drawn {
  const document = newDocument();
  const { svg, height } = build(chart, named, document);
  tidy(svg, (value) => value);
  svg.setAttribute('font-family', 'system-ui, sans-serif');
  const inPage = svg.cloneNode(true) as Element;
  recolour(inPage);
  svg.setAttribute('width', String(WIDTH));
  svg.setAttribute('height', String(height));
  svg.insertBefore(element(document, 'rect', { width: WIDTH, height, fill: PAPER }), svg.firstChild);
  return { file: serialize(svg), page: serialize(inPage) };
}

function build(chart: Chart, { id, title, description }: Named, document: Document) {
  const panels = chart.panels.map(withPrintable);
  const legend = drawLegend({ ...chart, panels }, WIDTH - 2 * EDGE, document);
  const columns = Math.min(3, Math.max(1, panels.length === 4 ? 2 : panels.length));
  const width = Math.floor((WIDTH - 2 * EDGE - (columns - 1) * GAP) / columns);
  const hasTitles = panels.some((panel) => panel.title !== null);
  const own = Math.max(0, ...panels.map(({ rows }) => (rows === undefined ? 0 : rowsHeight(rows))));
  const panelHeight = own > 0 ? own : HEIGHTS[columns - 1];
  const rowHeight = panelHeight + (hasTitles ? PANEL_TITLE : 0) + GAP;
  const top = EDGE + legend.height + 6;
  const height = top + Math.ceil(panels.length / columns) * rowHeight;

  const svg = element(document, 'svg', {
    xmlns: SVG,
    viewBox: `0 0 ${WIDTH} ${height}`,
    role: 'img',
    color: INK,
  });
  svg.setAttribute('aria-labelledby', `${id}-title ${id}-description`);
  svg.appendChild(element(document, 'title', { id: `${id}-title` }, printable(title)));
  svg.appendChild(element(document, 'desc', { id: `${id}-description` }, printable(description)));
  const shifted = element(document, 'g', { transform: `translate(${EDGE},${EDGE})` });
  for (const part of legend.elements) shifted.appendChild(part);
  svg.appendChild(shifted);
  panels.forEach((panel, i) => {
    const [x, y] = [EDGE + (i % columns) * (width + GAP), top + Math.floor(i / columns) * rowHeight];
    const position = { x, y, width, height: panelHeight, hasTitles };
    const yEnds = chart.sharesY ? commonEnds(panels) : endsOf(panel, 'y');
    for (const part of placedPanel(panel, yEnds, position, document)) svg.appendChild(part);
  });
  return { svg, height };
}

interface Position {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly hasTitles: boolean;
}

function placedPanel(
  panel: Panel,
  yEnds: Ends,
  { x, y, width, height, hasTitles }: Position,
  document: Document,
): Element[] {
  const plot =
    panel.rows === undefined
      ? drawPanel(panel, yEnds, { width, height }, document)
      : drawRows(panel, panel.rows, { width, height }, document);
  plot.setAttribute('x', String(x));
  plot.setAttribute('y', String(y + (hasTitles ? PANEL_TITLE : 0)));
  const words = { fill: INK, 'font-size': 12 };
  const parts = [plot];
  if (panel.title !== null) {
    parts.push(element(document, 'text', { x: x + 4, y: y + 12, ...words, 'font-weight': 600 }, panel.title));
  }
  if (isEmpty(panel)) {
    const place = { x: x + width / 2, y: y + height / 2, 'text-anchor': 'middle' };
    parts.push(element(document, 'text', { ...place, ...words }, 'nothing finite to draw'));
  }
  return parts;
}

function withPrintable(panel: Panel): Panel {
  return {
    ...panel,
    title: panel.title === null ? null : printable(panel.title),
    series: panel.series.map((series) => ({
      ...series,
      name: printable(series.name),
      ...(series.endLabel === undefined ? {} : { endLabel: printable(series.endLabel) }),
    })),
    ...(panel.rows === undefined ? {} : { rows: panel.rows.map(printable) }),
  };
}

const PAGE_COLOURS: ReadonlyMap<string, string> = new Map([
  ...COLOURS.map((colour) => [ON_WHITE[colour], `var(${colourVariable(colour)})`] as const),
  [INK, 'currentColor'],
  [PAPER, 'var(--paper)'],
]);

/** Attributes only: text that looks like a colour stays text. */
function recolour(svg: Element): void {
  tidy(svg, (value) => PAGE_COLOURS.get(value) ?? value);
}
