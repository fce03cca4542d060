/** The sphere as SVG, from a scene and a view. */
import {
  circle,
  type Drawing,
  escaped,
  group,
  type Point,
  path,
  SMALL_TEXT,
  tag,
} from '../../../learn/figures/base/svg.js';
import type { Place } from '../../measure/project.js';
import { arc, cutAtHorizon, graticule, onSphere, type Seen, see, type View } from './geometry.js';
import type { Scene, Stop } from './scene.js';

const SIZE = 340;
const RADIUS = 140;

/** @param says - the picture in a sentence, for those who do not see it. */
export function drawScene(scene: Scene, view: View, says: string): Drawing {
  const isSphere = scene.arch === 'ngpt';
  return {
    ...{ width: SIZE, height: SIZE, says },
    body: [
      isSphere ? drawGlobe(view) : drawOrigin(scene),
      drawWay(scene, view),
      ...drawStops(scene, view),
    ].join(''),
  };
}

function drawGlobe(view: View): string {
  const faint = { stroke: 'var(--faint)', 'stroke-width': 1 };
  const ring = circle({ x: SIZE / 2, y: SIZE / 2 }, RADIUS, { ...faint, fill: 'none' });
  const lines = graticule().flatMap((line) =>
    cutAtHorizon(line.map((place) => see(place, view)))
      .filter(({ isFront }) => isFront)
      .map(({ points }) => path(points.map(onPage), faint)),
  );
  return group({}, ring, ...lines);
}

/** Where GPT's space has its 0, and how long the longest of its states is. */
function drawOrigin({ stops }: Scene): string {
  const middle = { x: SIZE / 2, y: SIZE / 2 };
  const longest = Math.max(...stops.map(({ place }) => Math.hypot(...place)));
  const faint = { stroke: 'var(--faint)', 'stroke-width': 1.5 };
  return group(
    {},
    circle(middle, RADIUS, { ...faint, fill: 'none', 'stroke-dasharray': '4 4' }),
    tag('path', {
      d: `M${middle.x - 5} ${middle.y}h10M${middle.x} ${middle.y - 5}v10`,
      ...faint,
      stroke: 'var(--muted)',
    }),
    label({ x: middle.x + 8, y: middle.y + 14 }, '0', 'start'),
    label({ x: middle.x, y: SIZE - 8 }, `the ring is ${longest.toPrecision(3)} long`, 'middle'),
  );
}

/** Arcs of the sphere for nGPT; straight lines for GPT, which adds. */
function drawWay({ arch, stops }: Scene, view: View): string {
  const scale = scaleOf(arch, stops);
  const colour = `var(--${arch})`;
  const pieces = stops.slice(1).flatMap((stop, i) => {
    const [from, to] = [stops[i].place, stop.place];
    const way =
      arch === 'ngpt' ? arc(onSphere(from), onSphere(to)) : [scaled(from, scale), scaled(to, scale)];
    const seen = way.map((place) => see(place, view));
    // Without a sphere nothing lies behind one.
    const parts = arch === 'ngpt' ? cutAtHorizon(seen) : [{ isFront: true, points: seen }];
    return parts.map(({ isFront, points }) =>
      path(points.map(onPage), {
        ...{ stroke: colour, 'stroke-width': 2.5, opacity: isFront ? 1 : 0.35 },
        'stroke-dasharray': arch === 'gpt' ? '6 4' : undefined,
      }),
    );
  });
  return group({}, ...pieces);
}

function drawStops({ arch, stops }: Scene, view: View): string[] {
  const scale = scaleOf(arch, stops);
  const put = (place: Place) => see(arch === 'ngpt' ? onSphere(place) : scaled(place, scale), view);
  return stops.map(({ label, place, target }, i) => {
    const at = put(place);
    const aim = target === null ? '' : drawTarget(at, put(target));
    const isEnd = i === 0 || i === stops.length - 1;
    const dot = circle(onPage(at), isEnd ? 6 : 4, {
      fill: i === 0 ? 'var(--ground)' : `var(--${arch})`,
      ...{ stroke: `var(--${arch})`, 'stroke-width': 2, opacity: at.depth < 0 && arch === 'ngpt' ? 0.5 : 1 },
    });
    return aim + dot + (isEnd ? nameOf(at, i === 0 ? label : 'output') : '');
  });
}

/** Where half a block draws to: a cross, and a thin line there. */
function drawTarget(from: Seen, to: Seen): string {
  const { x, y } = onPage(to);
  const look = { stroke: 'var(--muted)', 'stroke-width': 1.5, opacity: to.depth < 0 ? 0.5 : 1 };
  return group(
    look,
    tag('path', { d: `M${x - 4} ${y - 4}L${x + 4} ${y + 4}M${x - 4} ${y + 4}L${x + 4} ${y - 4}` }),
    path([onPage(from), { x, y }], { 'stroke-dasharray': '2 3' }),
  );
}

function nameOf(at: Seen, words: string): string {
  const { x, y } = onPage(at);
  const anchor = x > SIZE / 2 ? 'end' : 'start';
  return label({ x: x + (anchor === 'end' ? -10 : 10), y: y - 8 }, words, anchor);
}

/** GPT's states grow: the longest of them is as long as the picture is wide. */
function scaleOf(arch: Scene['arch'], stops: readonly Stop[]): number {
  return arch === 'ngpt' ? 1 : 1 / Math.max(...stops.map(({ place }) => Math.hypot(...place)), 1e-12);
}

function scaled([x, y, z]: Place, scale: number): Place {
  return [x * scale, y * scale, z * scale];
}

function onPage({ x, y }: Seen): Point {
  return { x: SIZE / 2 + RADIUS * x, y: SIZE / 2 - RADIUS * y };
}

function label({ x, y }: Point, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return tag(
    'text',
    { x, y, fill: 'var(--text)', 'font-size': SMALL_TEXT, 'text-anchor': anchor },
    escaped(words),
  );
}
