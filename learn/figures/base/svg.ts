/** SVG as text, so that a figure is drawn in the same way in a page and in Node. */
import { type Colour, colour, stillStyle } from './palette.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A picture, and what it shows in a sentence for those who do not see it. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly says: string;
  readonly body: string;
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Letters in figures, in pixels: none are smaller. */
export const TEXT_SIZE = 14;
export const SMALL_TEXT = 12;
const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const MONO = 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace';
/** Of the height of a letter in every monospaced font, and a little. */
const MONO_WIDTH = 0.615;

/** `<name a="1">inside</name>`; attributes that are undefined are left out. */
export function tag(name: string, attributes: Attributes, inside = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        ` ${key}="${escaped(typeof value === 'number' ? String(round(value)) : String(value))}"`,
    )
    .join('');
  return inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`;
}

export function group(attributes: Attributes, ...inside: readonly string[]): string {
  return tag('g', attributes, inside.join(''));
}

export interface TextLook {
  readonly size?: number;
  readonly colour?: Colour;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  /** For numbers and code: every letter as wide. */
  readonly mono?: boolean;
  /** A rim in the colour of the ground, for words that stand on lines. */
  readonly halo?: boolean;
}

/** A line of text with its baseline at y. */
export function text({ x, y }: Point, words: string, look: TextLook = {}): string {
  const { size = TEXT_SIZE, colour: name = 'ink', anchor, bold, mono, halo } = look;
  const rim = {
    stroke: colour('ground'),
    'stroke-width': 4,
    'stroke-linejoin': 'round',
    'paint-order': 'stroke',
  };
  return tag(
    'text',
    {
      ...{ x, y, fill: colour(name), 'font-size': size },
      'text-anchor': anchor === 'start' ? undefined : anchor,
      'font-weight': bold ? 600 : undefined,
      'font-family': mono ? MONO : undefined,
      ...(halo ? rim : {}),
    },
    escaped(words),
  );
}

/** Lines of text below each other. */
export function lines({ x, y }: Point, words: readonly string[], look: TextLook = {}): string {
  const step = 1.4 * (look.size ?? TEXT_SIZE);
  return words.map((each, i) => text({ x, y: y + i * step }, each, look)).join('');
}

export function line(from: Point, to: Point, stroke: Colour, attributes: Attributes = {}): string {
  const ends = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
  return tag('line', { ...ends, stroke: colour(stroke), 'stroke-width': 1.5, ...attributes });
}

export function rect(x: number, y: number, width: number, height: number, attributes: Attributes): string {
  return tag('rect', { x, y, width, height, ...attributes });
}

export function circle({ x, y }: Point, r: number, attributes: Attributes): string {
  return tag('circle', { cx: x, cy: y, r, ...attributes });
}

/** A line from one point to the next. */
export function path(points: readonly Point[], attributes: Attributes): string {
  const d = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
  return tag('path', { d, fill: 'none', ...attributes });
}

/** A line that ends in a point; the point is made of the line's own colour. */
export function arrow(from: Point, to: Point, stroke: Colour, attributes: Attributes = {}): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const head = Math.min(10, length / 2);
  if (length < 1) return '';
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const base = { x: to.x - head * ux, y: to.y - head * uy };
  const corner = (side: 1 | -1) => ({
    x: base.x - side * 0.45 * head * uy,
    y: base.y + side * 0.45 * head * ux,
  });
  const corners = [to, corner(1), corner(-1)].map(({ x, y }) => `${round(x)},${round(y)}`).join(' ');
  return (
    line(from, base, stroke, { 'stroke-width': 2.5, ...attributes }) +
    tag('polygon', { points: corners, fill: colour(stroke) })
  );
}

export function textWidth(words: string, size = TEXT_SIZE): number {
  return [...words].length * size * MONO_WIDTH;
}

/** The picture as an element of a page. */
export function inPage(drawing: Drawing): string {
  return outer(drawing, drawing.body);
}

/** The picture as a file: with its colours, and on a ground of its own, whatever the page behind it is. */
export function asFile(drawing: Drawing): string {
  const ground = rect(0, 0, drawing.width, drawing.height, { fill: colour('ground'), rx: 8 });
  return `${outer(drawing, `\n<style>${stillStyle()}</style>\n${ground}\n${drawing.body.replaceAll('><', '>\n<')}\n`)}\n`;
}

function outer({ width, height, says }: Drawing, inside: string): string {
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return tag(
    'svg',
    {
      ...{ xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${w} ${h}`, width: w, height: h },
      ...{ role: 'img', 'aria-label': says, 'font-family': SANS },
    },
    inside,
  );
}

export function round(x: number): number {
  const rounded = Math.round(10 * x) / 10;
  return rounded === 0 ? 0 : rounded;
}

/** What a reader types may hold anything, and XML most. */
export function escaped(words: string): string {
  return words
    .replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
