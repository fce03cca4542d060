/** Three threads as rows, their waits as lines across them, and below the parameters in the colours of their owners. */
import { type Colour, colour } from '../base/palette.js';
import { circle, type Drawing, group, line, rect, SMALL_TEXT, text, textWidth } from '../base/svg.js';
import {
  BARRIERS,
  loadOf,
  MEMBERS,
  type MemberIndex,
  type OwnedParameter,
  type Stretch,
  sentence,
  stretchesOf,
  WAITS,
  type WaitsState,
  type Work,
} from './step.js';

const OWNERS = ['blue', 'orange', 'green'] as const satisfies readonly Colour[];

const LEGEND: Readonly<Record<Stretch['work'], string>> = {
  compute: 'forward and backward on its rows',
  layOut: 'lays out its gradients, for all owners',
  add: 'adds up those that it owns',
  update: 'updates its own parameters',
  copy: 'copies those of the others',
  say: 'member 0 writes what is next',
  wait: 'waits for the last',
};

const MARGIN = 12;
const SIDE = 76;
const TOP = 52;
const ROW = 36;
const BAR = 22;
const LEGEND_ROW = 20;
const SIGN = 11;
const SWATCH = { width: 22, height: 14 };

export function drawWaits(state: WaitsState, width = 0): Drawing {
  const { owned, late, step } = state;
  const total = Math.max(width, 280);
  const [left, plot] = [MARGIN + SIDE, total - 2 * MARGIN - SIDE];
  const xOf = (time: number) => left + (time / BARRIERS[BARRIERS.length - 1]) * (plot - SIGN);
  const bottom = TOP + MEMBERS.length * ROW;
  const columns = total >= 560 ? 2 : 1;
  const legendTop = bottom + 40;
  const ownersTop = legendTop + Math.ceil(Object.keys(LEGEND).length / columns) * LEGEND_ROW + 34;
  return {
    ...{ width: total, height: ownersTop + MEMBERS.length * ROW + 4 },
    says: sentence(state),
    body: [
      ...memberNames(TOP),
      ...stretchesOf(late).map((stretch) => {
        const { member, section, from, to } = stretch;
        const y = TOP + member * ROW + (ROW - BAR) / 2;
        const drawn = bar(stretch, xOf(from), y, xOf(to) - xOf(from), BAR);
        // The work before and after the chosen wait stands out.
        const isNear = step === 0 || section === step || section === step - 1;
        return isNear ? drawn : group({ opacity: 0.35 }, drawn);
      }),
      ...BARRIERS.map((time, i) => barrier(i, xOf(time), bottom, i === step - 1)),
      step === 0 ? '' : methodName(step, xOf(BARRIERS[step - 1]), total),
      text({ x: total - MARGIN, y: bottom + 20 }, 'time →, drawn and not measured', {
        ...{ anchor: 'end', size: SMALL_TEXT, colour: 'soft' },
      }),
      ...legend(legendTop, columns, total),
      ...ownersPanel(owned, ownersTop, left, plot),
    ].join(''),
  };
}

function memberNames(top: number): string[] {
  return MEMBERS.map((member) =>
    text({ x: MARGIN, y: top + (member + 0.5) * ROW + 4 }, `member ${member}`, {
      ...{ size: SMALL_TEXT, bold: true, colour: OWNERS[member] },
    }),
  );
}

/** A wait, all the way across; the last line is the first wait of the next step. */
function barrier(i: number, x: number, bottom: number, isChosen: boolean): string {
  const isNext = i === WAITS.length;
  const y = TOP - SIGN - 2;
  const look: Colour = isChosen ? 'ink' : 'line';
  const dashes = isNext ? { 'stroke-dasharray': '4 3' } : {};
  const number = String(isNext ? 1 : i + 1);
  return (
    line({ x, y }, { x, y: bottom }, look, { 'stroke-width': isChosen ? 4 : 2, ...dashes }) +
    circle({ x, y }, SIGN, {
      ...{ fill: colour(isChosen ? 'ink' : 'ground'), stroke: colour(look), 'stroke-width': 2, ...dashes },
    }) +
    text({ x, y: y + 4.5 }, number, {
      ...{ anchor: 'middle', size: 13, bold: true, colour: isChosen ? 'ground' : isNext ? 'soft' : 'ink' },
    })
  );
}

/** Above the chosen wait, as near to it as the edges let it. */
function methodName(step: number, x: number, total: number): string {
  const { method } = WAITS[step - 1];
  const half = textWidth(method, SMALL_TEXT) / 2;
  const middle = Math.max(MARGIN + half, Math.min(total - MARGIN - half, x));
  return text({ x: middle, y: TOP - 2 * SIGN - 9 }, method, {
    ...{ anchor: 'middle', size: SMALL_TEXT, mono: true, bold: true },
  });
}

/** What stands for a kind of work: it tells by its form whose numbers it is about, besides by their colours. */
function bar(
  { member, work }: Pick<Stretch, 'member' | 'work'>,
  x: number,
  y: number,
  width: number,
  height: number,
): string {
  const middle = y + height / 2;
  if (work === 'wait') {
    return line({ x, y: middle }, { x: x + width, y: middle }, 'line', { 'stroke-dasharray': '3 3' });
  }
  const paint = PAINTS[work](member);
  const strip = height / paint.length;
  const strips = paint.map(({ fill, stroke }, i) =>
    rect(x, y + i * strip, width, strip, { fill: colour(fill), stroke: colour(stroke), 'stroke-width': 1.5 }),
  );
  return strips.join('') + (work === 'add' ? plus({ x: x + width / 2, y: middle }, OWNERS[member]) : '');
}

interface Paint {
  readonly fill: Colour;
  readonly stroke: Colour;
}

const light = (owner: (typeof OWNERS)[number]): Paint => ({ fill: `${owner}-fill`, stroke: owner });
const full = (owner: Colour): Paint => ({ fill: owner, stroke: owner === 'ink' ? 'ink' : 'ground' });

/** Strips below each other: gradients are light, parameters full, each in the colour of its owner. */
const PAINTS: Readonly<Record<Work, (member: MemberIndex) => readonly Paint[]>> = {
  compute: () => [{ fill: 'shade', stroke: 'line' }],
  layOut: () => OWNERS.map(light),
  add: (member) => [light(OWNERS[member])],
  update: (member) => [full(OWNERS[member])],
  copy: (member) => OWNERS.filter((_, owner) => owner !== member).map(full),
  say: () => [full('ink')],
};

function plus({ x, y }: { readonly x: number; readonly y: number }, look: Colour): string {
  const thick = { 'stroke-width': 2.5 };
  return (
    line({ x: x - 5, y }, { x: x + 5, y }, look, thick) + line({ x, y: y - 5 }, { x, y: y + 5 }, look, thick)
  );
}

function legend(top: number, columns: number, total: number): string[] {
  const works = Object.keys(LEGEND) as Stretch['work'][];
  const rows = Math.ceil(works.length / columns);
  return works.map((work, i) => {
    const x = MARGIN + Math.floor(i / rows) * ((total - 2 * MARGIN) / columns);
    const y = top + (i % rows) * LEGEND_ROW;
    return (
      bar({ member: 0, work }, x, y, SWATCH.width, SWATCH.height) +
      text({ x: x + SWATCH.width + 8, y: y + 11 }, LEGEND[work], { size: SMALL_TEXT })
    );
  });
}

/** A row for each member: its parameters, as long as they are large, named where there is room. */
function ownersPanel(owned: readonly OwnedParameter[], top: number, left: number, plot: number): string[] {
  const most = Math.max(...MEMBERS.map((member) => loadOf(owned, member)));
  const numberWidth = textWidth(counted(most), SMALL_TEXT) + 8;
  const scale = (plot - numberWidth) / most;
  return [
    text({ x: MARGIN, y: top - 6 }, 'parameters, by their owners', { size: 13, bold: true }),
    ...memberNames(top),
    ...MEMBERS.flatMap((member) => {
      const y = top + member * ROW + (ROW - BAR) / 2;
      const own = owned.filter(({ owner }) => owner === member).sort((a, b) => b.size - a.size);
      let x = left;
      const pieces = own.map(({ name, size }) => {
        const [begin, length] = [x, size * scale];
        x += length;
        const { fill, stroke } = light(OWNERS[member]);
        return (
          rect(begin, y, length, BAR, { fill: colour(fill), stroke: colour(stroke), 'stroke-width': 1 }) +
          nameIn(shortName(name), begin, y, length)
        );
      });
      const load = text({ x: left + plot, y: y + 15 }, counted(loadOf(owned, member)), {
        ...{ anchor: 'end', size: SMALL_TEXT, mono: true },
      });
      return [...pieces, load];
    }),
  ];
}

function nameIn(name: string, x: number, y: number, length: number): string {
  if (textWidth(name, SMALL_TEXT) + 6 > length) return '';
  return text({ x: x + length / 2, y: y + 15 }, name, { anchor: 'middle', size: SMALL_TEXT, mono: true });
}

/** `transformer.h.0.c_fc.weight` is `h.0.c_fc`. */
function shortName(name: string): string {
  return name.replace(/^transformer\./, '').replace(/\.weight$/, '');
}

function counted(size: number): string {
  return size.toLocaleString('en-US');
}
