/** The recorded graph as a picture that needs nothing from elsewhere: no fonts, scripts or styles. */
import {
  CHARACTER_WIDTH,
  type DrawnBox,
  type DrawnEdge,
  drawingOf,
  FONT_SIZE,
  LINE_HEIGHT,
} from './drawing.js';
import type { Graph } from './graph.js';
import { layOut, type Point } from './layout.js';
import { headline } from './text.js';
import { pathOf, round, waysOf } from './ways.js';

const MARGIN = 24;
/** Room for two lines above the graph. */
const HEADER = 56;
const LEGEND = 'blue: leaf · dashed: constant, no gradient · the darker, the more is kept for backward';
/** Below a class, so that a page around the picture keeps its own style. */
const STYLE = `
.recorded-graph text { font: ${FONT_SIZE}px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2933; }
.recorded-graph .name { font-weight: bold; }
.recorded-graph .legend { fill: #616e7c; }
.recorded-graph g text { text-anchor: middle; }
.recorded-graph g rect { stroke: #7b8794; fill: #fff; }
.recorded-graph .leaf rect { stroke: #2f6fb3; fill: #e3f0fc; }
.recorded-graph .constant rect { stroke: #b0b8c1; stroke-dasharray: 3 3; }
.recorded-graph .freed rect { stroke-dasharray: 8 4; }
.recorded-graph path { fill: none; stroke: #7b8794; }
.recorded-graph path.no-gradient { stroke: #b0b8c1; stroke-dasharray: 3 3; }
.recorded-graph marker path { fill: #7b8794; stroke: none; }
`;

export function graphSVG(graph: Graph): string {
  const { boxes, edges } = drawingOf(graph);
  const layout = layOut(boxes, edges);
  const lines = [headline(graph), LEGEND];
  const most = boxes.reduce((largest, { bytes }) => Math.max(largest, bytes), 0);
  const longest = Math.max(...lines.map((line) => line.length));
  const width = Math.ceil(Math.max(layout.width, longest * CHARACTER_WIDTH) + 2 * MARGIN);
  const height = Math.ceil(layout.height + HEADER + 2 * MARGIN);
  const moved = ({ x, y }: Point): Point => ({ x: x + (width - layout.width) / 2, y: y + MARGIN + HEADER });
  const centres = layout.centres.map(moved);
  const bends = layout.bends.map((points) => points.map(moved));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="recorded-graph" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="recorded-graph-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${MARGIN}" y="${MARGIN + FONT_SIZE}" class="name">${escaped(lines[0])}</text>`,
    `<text x="${MARGIN}" y="${MARGIN + FONT_SIZE + 20}" class="legend">${escaped(lines[1])}</text>`,
    ...waysOf(boxes, edges, { centres, bends }).map((way, i) => edgeSVG(edges[i], way)),
    ...boxes.map((box, i) => boxSVG(box, centres[i], shade(box.bytes, most))),
    '</svg>',
  ].join('\n');
}

function edgeSVG({ hasGradient }: DrawnEdge, way: readonly Point[]): string {
  const kind = hasGradient ? '' : ' class="no-gradient"';
  return `<path${kind} d="${pathOf(way)}" marker-end="url(#recorded-graph-arrow)"/>`;
}

function boxSVG(
  { kind, isFreed, lines, tooltip, width, height }: DrawnBox,
  centre: Point,
  fill: string,
): string {
  const [left, top] = [centre.x - width / 2, centre.y - height / 2];
  const radius = kind === 'op' ? 4 : height / 2;
  const texts = lines.map((line, i) => {
    const name = i === 0 ? ' class="name"' : '';
    return `<text${name} x="${round(centre.x)}" y="${round(top + (i + 1) * LINE_HEIGHT)}">${escaped(line)}</text>`;
  });
  return [
    `<g class="${isFreed ? `${kind} freed` : kind}"><title>${escaped(tooltip)}</title>`,
    `<rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" rx="${radius}"${fill}/>`,
    ...texts,
    '</g>',
  ].join('');
}

/** From white to orange, by the share of the largest; square roots leave small ones visible. */
function shade(bytes: number, most: number): string {
  return bytes === 0 ? '' : ` style="fill:hsl(36 95% ${Math.round(97 - 27 * Math.sqrt(bytes / most))}%)"`;
}

/** Names may hold anything, halves of characters too, and XML most. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
