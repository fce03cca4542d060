/** Which buffers live after each kernel of a forward and a backward pass, measured while they run. */
import { type Backend, scope, tensor } from '../../../src/index.js';
import { computed } from '../base/engine.js';
import { type Colour, colour } from '../base/palette.js';
import { type Drawing, line, rect, SMALL_TEXT, text } from '../base/svg.js';
import { watched } from '../base/watch.js';

/** What each buffer of the passes below is, in the order in which they are made, by which kernel. */
const BUFFERS = [
  ['upload', 'x'],
  ['upload', 'w'],
  ['mul', 'w ⊙ x'],
  ['tanh', 'y = tanh'],
  ['sum', 'loss'],
  ['fill', '∂loss = 1'],
  ['copy', 'g, 1 each'],
  ['square', 'y²'],
  ['affine', '1 − y²'],
  ['mul', 'g ⊙ (1 − y²)'],
  ['mul', 'w.grad'],
] as const;

/** A bar of the picture: a buffer, from the kernel that made it to the last after which it lived. */
export interface Bar {
  readonly name: string;
  readonly kernel: string;
  readonly first: number;
  readonly last: number;
}

export interface Lifetimes {
  readonly bars: readonly Bar[];
  /** Bytes in live buffers when each kernel had made its own, and at the end, by the backend's count. */
  readonly bytes: readonly number[];
  /** How many kernels belong to what came before, and to the forward pass. */
  readonly forwardFrom: number;
  readonly backwardFrom: number;
}

/** Runs loss = Σ tanh(w ⊙ x) and its backward pass, on four numbers each. */
export function measureLifetimes(on: Backend): Lifetimes {
  const { backend, lives, events } = watched(on);
  let [forwardFrom, backwardFrom] = [0, 0];
  let end = { events: 0, bytes: 0 };
  computed(backend, () => {
    const x = tensor([1, 2, 3, 4]);
    const w = tensor([0.1, 0.2, 0.3, 0.4]).setRequiresGrad();
    forwardFrom = lives.length;
    const loss = scope(() => w.mul(x).tanh().sum());
    backwardFrom = lives.length;
    loss.backward();
    end = { events: events.length, bytes: on.memory().bytes };
  });
  const columnOf = (event: number) => lives.filter(({ born }) => born < event).length - 1;
  const bars = lives.map((life, i): Bar => {
    const [kernel, name] = BUFFERS[i] ?? ['', ''];
    if (kernel !== life.madeBy) throw new Error(`buffer ${i} was made by ${life.madeBy}, not ${kernel}`);
    const stays = life.died === null || life.died >= end.events;
    return { name, kernel, first: i, last: stays ? lives.length : columnOf(life.died ?? 0) };
  });
  const bytes = [...lives.map(({ born }) => events[born].bytes), end.bytes];
  return { bars, bytes, forwardFrom, backwardFrom };
}

const NAMES = 108;
const COLUMN = 47;
const ROW = 24;
const TOP = 78;
const MARGIN = 12;

export function drawLifetimes({ bars, bytes, forwardFrom, backwardFrom }: Lifetimes): Drawing {
  const left = MARGIN + NAMES;
  const width = left + bytes.length * COLUMN + MARGIN;
  const bottom = TOP + bars.length * ROW;
  const height = bottom + 62;
  const kindOf = (at: number): Colour => (at < forwardFrom ? 'green' : at < backwardFrom ? 'blue' : 'orange');
  const xOf = (column: number) => left + column * COLUMN;
  const phase = (from: number, to: number, words: string) =>
    text({ x: xOf((from + to) / 2), y: 24 }, words, { anchor: 'middle', bold: true, colour: kindOf(from) });
  return {
    ...{ width, height },
    says:
      `The lives of ${bars.length} buffers over a forward and a backward pass of the sum of tanh(w ⊙ x). ` +
      `Left at the end: ${bars
        .filter(({ last }) => last === bars.length)
        .map(({ name }) => name)
        .join(', ')}.`,
    body: [
      phase(0, forwardFrom, 'inputs'),
      phase(forwardFrom, backwardFrom, 'forward'),
      phase(backwardFrom, bars.length, 'backward'),
      ...bars.map(({ kernel }, i) =>
        text({ x: xOf(i + 0.5), y: i % 2 === 0 ? 50 : 66 }, kernel, {
          size: SMALL_TEXT,
          anchor: 'middle',
          mono: true,
        }),
      ),
      text({ x: xOf(bars.length + 0.5), y: 66 }, 'end', {
        size: SMALL_TEXT,
        anchor: 'middle',
        bold: true,
      }),
      ...bytes.map((_, i) =>
        line({ x: xOf(i), y: TOP - 4 }, { x: xOf(i), y: bottom }, 'faint', { 'stroke-width': 1 }),
      ),
      ...[forwardFrom, backwardFrom].map((at) =>
        line({ x: xOf(at), y: 12 }, { x: xOf(at), y: bottom + 28 }, 'line'),
      ),
      ...bars.map((bar, row) => barSVG(bar, row, xOf, kindOf(row), bars.length)),
      ...bytes.map((count, i) =>
        text({ x: xOf(i + 0.5), y: bottom + 22 }, String(count), {
          size: SMALL_TEXT,
          anchor: 'middle',
          mono: true,
          bold: count === Math.max(...bytes),
        }),
      ),
      text({ x: left - 8, y: bottom + 22 }, 'bytes in use', { size: SMALL_TEXT, anchor: 'end' }),
      text(
        { x: left, y: bottom + 46 },
        'a bar: a buffer, from the kernel that makes it to the last that runs before it is freed',
        { size: SMALL_TEXT, colour: 'soft' },
      ),
    ].join(''),
  };
}

function barSVG(
  { name, first, last }: Bar,
  row: number,
  xOf: (column: number) => number,
  fill: Colour,
  columns: number,
): string {
  const y = TOP + row * ROW;
  const stays = last === columns;
  const width = xOf(last + 1) - xOf(first) - (stays ? 0 : 4);
  return (
    text({ x: MARGIN + NAMES - 8, y: y + 16 }, name, { size: 13, anchor: 'end', mono: true }) +
    rect(xOf(first) + 2, y + 3, width - 2, ROW - 7, { fill: colour(fill), rx: 3 }) +
    (stays
      ? text({ x: xOf(last + 1) - 6, y: y + 16 }, 'stays', {
          size: SMALL_TEXT,
          anchor: 'end',
          colour: 'ground',
          bold: true,
        })
      : '')
  );
}
