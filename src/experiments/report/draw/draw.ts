/** Charts as SVG. */
import { type Chart, COLOURS, isEmpty, type Panel } from '../chart.js';
import { element, newDocument, printable, SVG, serialize, tidy } from './document.js';
import { drawLegend } from './legend.js';
import { colourVariable, INK, ON_WHITE, PAPER } from './palette.js';
import { drawPanel } from './panel.js';

/** `file`: a picture of its own, on white. `page`: a part of a page, in the colours of the page. */
export type Place = 'file' | 'page';

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

/** The text of an SVG: an image with a title and a description. */
export function drawChart(chart: Chart, { id, title, description }: Named, place: Place): string {
  const document = newDocument();
  const panels = chart.panels.map((panel) => withPrintable(panel));
  const legend = drawLegend({ panels }, WIDTH - 2 * EDGE, document);
  const columns = Math.min(3, Math.max(1, panels.length === 4 ? 2 : panels.length));
  const width = Math.floor((WIDTH - 2 * EDGE - (columns - 1) * GAP) / columns);
  const height = HEIGHTS[columns - 1];
  const hasTitles = panels.some((panel) => panel.title !== null);
  const rowHeight = height + (hasTitles ? PANEL_TITLE : 0) + GAP;
  const top = EDGE + legend.height + 6;
  const total = top + Math.ceil(panels.length / columns) * rowHeight;

  const svg = element(document, 'svg', { xmlns: SVG, viewBox: `0 0 ${WIDTH} ${total}`, role: 'img' });
  svg.setAttribute('aria-labelledby', `${id}-title ${id}-description`);
  svg.appendChild(element(document, 'title', { id: `${id}-title` }, printable(title)));
  svg.appendChild(element(document, 'desc', { id: `${id}-description` }, printable(description)));
  if (place === 'file') {
    svg.setAttribute('width', String(WIDTH));
    svg.setAttribute('height', String(total));
    svg.appendChild(element(document, 'rect', { width: WIDTH, height: total, fill: PAPER }));
  }
  svg.setAttribute('color', INK);
  const shifted = element(document, 'g', { transform: `translate(${EDGE},${EDGE})` });
  for (const part of legend.elements) shifted.appendChild(part);
  svg.appendChild(shifted);
  panels.forEach((panel, i) => {
    const [x, y] = [EDGE + (i % columns) * (width + GAP), top + Math.floor(i / columns) * rowHeight];
    for (const part of placedPanel(panel, { x, y, width, height, hasTitles }, document))
      svg.appendChild(part);
  });
  tidy(svg, place === 'page' ? inPageColours : (value) => value);
  svg.setAttribute('font-family', 'system-ui, sans-serif');
  return serialize(svg);
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
  { x, y, width, height, hasTitles }: Position,
  document: Document,
): Element[] {
  const plot = drawPanel(panel, { width, height }, document);
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
    series: panel.series.map((series) => ({ ...series, name: printable(series.name) })),
  };
}

const PAGE_COLOURS: ReadonlyMap<string, string> = new Map([
  ...COLOURS.map((colour) => [ON_WHITE[colour], `var(${colourVariable(colour)})`] as const),
  [INK, 'currentColor'],
  [PAPER, 'var(--paper)'],
]);

/** Attributes only: text that looks like a colour stays text. */
function inPageColours(value: string): string {
  return PAGE_COLOURS.get(value) ?? value;
}
