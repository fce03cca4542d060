/** Draws bars with Observable Plot, without a browser. */
import * as Plot from '@observablehq/plot';
import { JSDOM } from 'jsdom';
import type { Bar, Chart } from '../chart.js';

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
    const heading = `<text x="10" y="${top + 16}" font-weight="600">${escaped(panel)}</text>`;
    top += height;
    return heading + svg.outerHTML;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${top}" fill="white"/>`,
    `<text x="10" y="28" font-size="17" font-weight="600">${escaped(title)}</text>`,
    `<text x="10" y="50" fill="#57606a">${escaped(subtitle)}</text>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
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

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
