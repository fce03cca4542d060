/** Draws bars with Observable Plot, without a browser. */
import * as Plot from '@observablehq/plot';
import { JSDOM } from 'jsdom';
import type { Bar, Chart } from '../chart.js';
import { frame } from './frame.js';

const [OURS, OTHERS] = ['#1f6feb', '#8b949e'];
const BAR_HEIGHT = 18;
const PANEL_GAP = 26;
const MARGIN = { top: 76, right: 130, bottom: 44, left: 205 };
const WIDTH = 800;

/** A chart as the text of an SVG file. */
export function draw({ title, subtitle, axis, origin, bars }: Chart): string {
  const { document } = new JSDOM('').window;
  const panels = [...new Set(bars.map(({ panel }) => panel))];
  const svgs = panels.map((panel) => {
    const own = bars.filter((bar) => bar.panel === panel);
    return { panel, own };
  });
  const values = bars.map(({ value }) => value);
  const domain =
    origin === 0 ? [0, Math.max(1, ...values)] : [0.9 * Math.min(0.8, ...values), Math.max(1.25, ...values)];
  let top = MARGIN.top;
  const parts = svgs.map(({ panel, own }, i) => {
    const isLast = i === svgs.length - 1;
    const height = own.length * BAR_HEIGHT + PANEL_GAP + (isLast ? MARGIN.bottom : 0);
    const svg = panelPlot(own, { document, domain, origin, height, axis: isLast ? axis : null });
    svg.setAttribute('x', '0');
    svg.setAttribute('y', String(top));
    const part = { heading: panel, top, svg: svg.outerHTML };
    top += height;
    return part;
  });
  return frame({ title, subtitle, width: WIDTH, height: top, parts });
}

interface PanelOptions {
  readonly document: Document;
  readonly domain: readonly number[];
  readonly origin: 0 | 1;
  readonly height: number;
  readonly axis: string | null;
}

function panelPlot(bars: readonly Bar[], { document, domain, origin, height, axis }: PanelOptions): Element {
  const fill = ({ isOurs }: Bar) => (isOurs ? OURS : OTHERS);
  return Plot.plot({
    document,
    width: WIDTH,
    height,
    marginTop: PANEL_GAP,
    marginBottom: axis === null ? 0 : MARGIN.bottom,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    style: { background: 'white', fontSize: '12px', color: '#1f2328' },
    x: {
      type: origin === 0 ? 'linear' : 'log',
      domain: [...domain],
      label: axis,
      tickFormat: String,
      axis: axis === null ? null : 'bottom',
    },
    y: { domain: bars.map(({ label }) => label), label: null },
    marks: [
      Plot.ruleX([origin], { stroke: '#d0d7de' }),
      Plot.barX([...bars], { x1: origin, x2: 'value', y: 'label', fill, insetTop: 3, insetBottom: 3 }),
      Plot.dot([...bars], { x: 'value', y: 'label', fill, r: 3.5 }),
      Plot.text([...bars], {
        x: ({ value }: Bar) => Math.max(value, origin),
        y: 'label',
        text: 'text',
        dx: 8,
        textAnchor: 'start',
      }),
    ],
  });
}
