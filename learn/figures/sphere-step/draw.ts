/** The unit circle with one step on it: straight and back to the circle, or along the arc. */
import { shown } from '../base/numbers.js';
import { colour } from '../base/palette.js';
import { spreadApart } from '../base/spread.js';
import {
  arrow,
  circle,
  type Drawing,
  line,
  lines,
  type Point,
  path,
  rect,
  round,
  SMALL_TEXT,
  tag,
  text,
} from '../base/svg.js';
import type { SphereStep, SphereStepState } from './geometry.js';

const LARGEST = 420;
/** Around the circle, for the names. */
const RIM = 64;
const LABEL_OUT = 22;
/** Degrees between two names. */
const NAMES_APART = 17;
const ARROW = 0.42;
const LINE = 22;
/** From the left edge of the legend to its words, and how wide a letter of them is at most on average. */
const [WORDS_AT, LETTER] = [34, 0.55 * SMALL_TEXT];

/** Where the circle lies in a picture of some width. */
export interface Place {
  readonly centre: Point;
  readonly radius: number;
}

export function placeIn(width: number): Place {
  const across = Math.min(LARGEST, width);
  const radius = across / 2 - RIM;
  return { centre: { x: Math.max(across, width) / 2, y: radius + RIM - 16 }, radius };
}

/** From a point of the plane to one of the picture, where y points down. */
export function onPicture({ centre, radius }: Place, { x, y }: Point): Point {
  return { x: centre.x + radius * x, y: centre.y - radius * y };
}

export function drawSphereStep(state: SphereStepState, step: SphereStep, width = LARGEST): Drawing {
  const place = placeIn(width);
  const at = (point: Point) => onPicture(place, point);
  const [h, target, chord, lerp, slerp] = [step.h, step.target, step.onChord, step.lerp, step.slerp].map(at);
  const zero = at({ x: 0, y: 0 });
  const top = place.centre.y + place.radius + RIM - 4;
  const left = place.centre.x - Math.min(width, LARGEST) / 2 + 6;
  const { drawn, height } = legend(step, { x: left, y: top }, Math.min(width, LARGEST) - 6);
  const plus = (from: Point, by: Point): Point => at({ x: from.x - ARROW * by.x, y: from.y - ARROW * by.y });
  const [downhill, along] = [plus(step.lerp, step.gradient), plus(step.lerp, step.tangent)];
  return {
    ...{ width: Math.max(width, 280), height: top + height },
    says: saysOf(state, step),
    body: [
      circle(place.centre, place.radius, {
        fill: colour('shade'),
        stroke: colour('line'),
        'stroke-width': 1.5,
      }),
      line(zero, h, 'faint'),
      line(zero, target, 'faint'),
      line(h, target, 'line', { 'stroke-dasharray': '2 5' }),
      line(h, chord, 'blue', { 'stroke-width': 3 }),
      line(chord, lerp, 'blue', { 'stroke-dasharray': '4 4', 'stroke-width': 2 }),
      arc(h, lerp, place.radius, turn(step)),
      line(along, downhill, 'line', { 'stroke-dasharray': '2 4' }),
      arrow(lerp, downhill, 'purple', { 'stroke-dasharray': '5 4', 'stroke-width': 1.5 }),
      arrow(lerp, along, 'purple'),
      circle(chord, 4.5, { fill: colour('blue') }),
      diamond(slerp),
      circle(h, 9, { fill: colour('ink') }),
      circle(target, 9, { fill: colour('green') }),
      circle(lerp, 7, { fill: colour('orange'), stroke: colour('ground'), 'stroke-width': 1.5 }),
      ...names(state, step, place),
      ...drawn,
    ].join(''),
  };
}

function saysOf({ alpha }: SphereStepState, step: SphereStep): string {
  return (
    `A circle with h, a target ${shown(step.between, 3)}° away, and a step with α = ${shown(alpha, 3)}. ` +
    `The straight way, made as long as 1 again, turns h by ${shown(step.lerpAngle, 3)}°, the arc by ${shown(step.slerpAngle, 3)}°.`
  );
}

/** 1 where the shortest way from h to the target is counterclockwise. */
function turn({ h, target }: SphereStep): 1 | -1 {
  return h.x * target.y - h.y * target.x < 0 ? -1 : 1;
}

function arc(from: Point, to: Point, radius: number, way: 1 | -1): string {
  const r = round(radius);
  const d = `M${round(from.x)} ${round(from.y)}A${r} ${r} 0 0 ${way === 1 ? 0 : 1} ${round(to.x)} ${round(to.y)}`;
  return tag('path', { d, fill: 'none', stroke: colour('orange'), 'stroke-width': 5 });
}

function diamond({ x, y }: Point): string {
  const corners = [
    { x, y: y - 9 },
    { x: x + 9, y },
    { x, y: y + 9 },
    { x: x - 9, y },
    { x, y: y - 9 },
  ];
  return path(corners, { fill: colour('ground'), stroke: colour('green'), 'stroke-width': 2 });
}

/** Outside the circle, turned apart where the points come close. */
function names(state: SphereStepState, step: SphereStep, place: Place): string[] {
  const way = turn(step);
  const items = [
    { x: 0, width: NAMES_APART, words: 'h', look: 'ink' },
    { x: step.lerpAngle, width: NAMES_APART, words: 'new h', look: 'orange' },
    { x: step.between, width: NAMES_APART, words: 'target', look: 'green' },
  ] as const;
  return spreadApart(items, 0).map(({ x, words, look }) => {
    const radians = ((state.h + way * x) * Math.PI) / 180;
    const out = 1 + LABEL_OUT / place.radius;
    const where = onPicture(place, { x: out * Math.cos(radians), y: out * Math.sin(radians) });
    return text({ x: where.x, y: where.y + 5 }, words, {
      anchor: anchorAt(Math.cos(radians)),
      bold: true,
      colour: look,
    });
  });
}

/** Names on the right begin at their point, those on the left end there. */
function anchorAt(cosine: number): 'start' | 'middle' | 'end' {
  if (Math.abs(cosine) < 0.4) return 'middle';
  return cosine > 0 ? 'start' : 'end';
}

/** Rows with a mark each; what is too long for `width` goes on in a second line. */
function legend(step: SphereStep, { x, y }: Point, width: number): { drawn: string[]; height: number } {
  const rows: [mark: (at: Point) => string, words: string][] = [
    [
      (at) => line({ x: at.x - 9, y: at.y }, { x: at.x + 9, y: at.y }, 'line', { 'stroke-dasharray': '2 4' }),
      `h and the target are ${degrees(step.between)} apart`,
    ],
    [
      (at) => line({ x: at.x - 9, y: at.y }, { x: at.x + 9, y: at.y }, 'blue', { 'stroke-width': 3 }),
      `straight: inside the circle, length ${shown(step.chordLength, 3)}`,
    ],
    [
      (at) => rect(at.x - 9, at.y - 2.5, 18, 5, { fill: colour('orange') }),
      `made unit again: a step of ${degrees(step.lerpAngle)}`,
    ],
    [diamond, `slerp, along the arc: ${degrees(step.slerpAngle)}`],
    [
      (at) => arrow({ x: at.x - 9, y: at.y }, { x: at.x + 10, y: at.y }, 'purple'),
      `−gradient (dashed), tangent part ${shown(Math.hypot(step.tangent.x, step.tangent.y), 3)}`,
    ],
  ];
  const most = Math.floor((width - WORDS_AT) / LETTER);
  let height = 0;
  const drawn = rows.map(([mark, words]) => {
    const parts = broken(words, most);
    const at = y + height;
    height += LINE + (parts.length - 1) * 1.4 * SMALL_TEXT;
    return mark({ x: x + 14, y: at - 5 }) + lines({ x: x + WORDS_AT, y: at }, parts, { size: SMALL_TEXT });
  });
  return { drawn, height };
}

/** In two, at the last blank at which the first part fits, where it is longer than `most` letters. */
function broken(words: string, most: number): string[] {
  if (words.length <= most) return [words];
  const at = words.lastIndexOf(' ', most);
  return [words.slice(0, at), words.slice(at + 1)];
}

function degrees(angle: number): string {
  return `${shown(angle, 3)}°`;
}
