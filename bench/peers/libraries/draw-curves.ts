/** Draws lines over sizes that double with Observable Plot, without a browser. */
import * as Plot from '@observablehq/plot';
import { JSDOM } from 'jsdom';
import type { Curves, Panel } from '../chart.js';
import { frame } from './frame.js';

const COLOURS = ['#1f6feb', '#cf222e', '#8b949e'];
const HEIGHT = 280;
const MARGIN = { top: 76, right: 100, bottom: 44, left: 70 };
const WIDTH = 800;

/** Curves as the text of an SVG file. */
export function drawCurves({ title, subtitle, axis, panels }: Curves): string {
  const { document } = new JSDOM('').window;
  const parts = panels.map((panel, i) => {
    const top = MARGIN.top + i * (HEIGHT + 30);
    const svg = panelPlot(panel, axis, document);
    svg.setAttribute('x', '0');
    svg.setAttribute('y', String(top + 20));
    return { heading: panel.title, top, svg: svg.outerHTML };
  });
  return frame({ title, subtitle, width: WIDTH, height: MARGIN.top + panels.length * (HEIGHT + 30), parts });
}

function panelPlot({ lines }: Panel, axis: string, document: Document): Element {
  const points = lines.flatMap(({ label, points }) => points.map((point) => ({ ...point, label })));
  const sizes = [...new Set(points.map(({ x }) => x))];
  const last = Math.max(...sizes);
  return Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    style: { background: 'white', fontSize: '12px', color: '#1f2328' },
    // Straight is straight on this axis only.
    x: { type: 'linear', domain: [0, last], ticks: sizes, tickFormat: label(sizes), label: axis },
    y: { domain: [0, 1.05 * Math.max(...points.map(({ y }) => y))], label: null, grid: true },
    color: { domain: lines.map(({ label }) => label), range: COLOURS },
    marks: [
      Plot.line(points, { x: 'x', y: 'y', stroke: 'label' }),
      Plot.dot(points, { x: 'x', y: 'y', fill: 'label', r: 3.5 }),
      Plot.text(
        points.filter(({ x }) => x === last),
        { x: 'x', y: 'y', text: 'label', fill: 'label', dx: 8, textAnchor: 'start' },
      ),
    ],
  });
}

/** The small ones stand too near to each other. */
function label(sizes: readonly number[]) {
  const last = Math.max(...sizes);
  return (size: number) => (size < last / 10 ? '' : String(size));
}
