/** The addresses of a training step's buffers over its moments, and the lists of free blocks at one of them. */
import { formatBytes } from '../../../src/autograd/explain/text.js';
import { type Colour, colour } from '../base/palette.js';
import { type Drawing, line, rect, SMALL_TEXT, text } from '../base/svg.js';
import { type Block, isLive, PHASES, phaseAt, type StepMemory, sizesAt } from './measure.js';

export interface MemoryState {
  readonly memory: StepMemory;
  /** Which of the step's moments. */
  readonly moment: number;
}

const LOOKS: Readonly<Record<Block['phase'], { readonly look: Colour; readonly words: string }>> = {
  before: { look: 'green', words: 'parameters and moments' },
  forward: { look: 'blue', words: 'made in the forward pass' },
  backward: { look: 'orange', words: 'made in the backward pass' },
  update: { look: 'purple', words: 'made in the update' },
};

const MARGIN = 12;
const TOP = 30;
const MAP = 300;
const LISTS = 96;
const LEGEND_ROW = 20;
/** A stretch of so many bytes that no buffer of the step uses is drawn so high only. */
const LONG_GAP = 16 * 1024;
const BREAK = 26;

export function drawMemory({ memory, moment }: MemoryState, width = 0): Drawing {
  const { blocks, bytes, begins } = memory;
  const total = Math.max(width, 300);
  const plot = total - 2 * MARGIN;
  const xOf = (at: number) => MARGIN + (Math.max(0, at) / bytes.length) * plot;
  const gaps = gapsOf(blocks);
  const yOf = heights(memory, gaps);
  const bottom = TOP + MAP;
  const legendTop = bottom + 26;
  const columns = total >= 480 ? 2 : 1;
  const listsTop = legendTop + (4 / columns) * LEGEND_ROW + 34;
  const starts = PHASES.map((phase) => begins[phase]);
  return {
    ...{ width: total, height: listsTop + LISTS + 44 },
    says: sentence({ memory, moment }),
    body: [
      rect(MARGIN, TOP, plot, MAP, { fill: colour('shade') }),
      ...blocks.map((block) => {
        const [x, y] = [xOf(block.born), yOf(block.address)];
        return rect(
          x,
          y,
          Math.max(1, xOf(block.died) - x),
          Math.max(1, yOf(block.address + block.size) - y - 0.4),
          {
            fill: colour(LOOKS[block.phase].look),
            'fill-opacity': isLive(block, moment) ? 1 : 0.5,
          },
        );
      }),
      ...gaps.map(({ from, to }) => {
        const words = `… ${formatBytes(to - from)} of work space and free blocks …`;
        return text({ x: MARGIN + plot / 2, y: yOf(from) + BREAK / 2 + 4 }, words, {
          ...{ anchor: 'middle', size: SMALL_TEXT, colour: 'soft', halo: true },
        });
      }),
      ...starts
        .slice(1)
        .map((at) =>
          line({ x: xOf(at), y: TOP - 20 }, { x: xOf(at), y: bottom }, 'ink', { 'stroke-width': 1 }),
        ),
      ...PHASES.map((phase, i) => {
        const to = starts[i + 1] ?? bytes.length;
        // The update is short: its name stands at its end.
        const isLast = i === PHASES.length - 1;
        const x = isLast ? total - MARGIN : (xOf(starts[i]) + xOf(to)) / 2;
        return text({ x, y: TOP - 9 }, phase, {
          anchor: isLast ? 'end' : 'middle',
          size: SMALL_TEXT,
          bold: true,
          halo: true,
        });
      }),
      line({ x: xOf(moment + 0.5), y: TOP }, { x: xOf(moment + 0.5), y: bottom + 8 }, 'ink', {
        'stroke-width': 2,
      }),
      text({ x: MARGIN, y: bottom + 16 }, 'time →, addresses ↓', {
        size: SMALL_TEXT,
        colour: 'soft',
        halo: true,
      }),
      ...Object.values(LOOKS).map(({ look, words }, i) => {
        const x = MARGIN + (i % columns) * (plot / columns);
        const y = legendTop + 10 + Math.floor(i / columns) * LEGEND_ROW;
        return (
          rect(x, y - 1, 14, 12, { fill: colour(look) }) +
          text({ x: x + 20, y: y + 10 }, words, { size: SMALL_TEXT })
        );
      }),
      ...lists({ memory, moment }, listsTop, plot),
    ].join(''),
  };
}

interface Gap {
  readonly from: number;
  readonly to: number;
}

/** The long stretches between the addresses that the step's buffers use. */
function gapsOf(blocks: readonly Block[]): Gap[] {
  const gaps: Gap[] = [];
  let from = Number.POSITIVE_INFINITY;
  for (const { address, size } of [...blocks].sort((a, b) => a.address - b.address)) {
    if (address - from > LONG_GAP) gaps.push({ from, to: address });
    from = Math.max(Number.isFinite(from) ? from : 0, address + size);
  }
  return gaps;
}

/** From an address to its height in the picture. */
function heights({ blocks, lowest }: StepMemory, gaps: readonly Gap[]): (address: number) => number {
  const end = blocks.reduce((last, { address, size }) => Math.max(last, address + size), lowest);
  const skipped = (address: number) =>
    gaps.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(address, to) - from), 0);
  const breaks = (address: number) =>
    gaps.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(1, (address - from) / (to - from))), 0);
  const perByte = (MAP - gaps.length * BREAK) / (end - lowest - skipped(end));
  return (address) => TOP + (address - lowest - skipped(address)) * perByte + breaks(address) * BREAK;
}

/** For every size of block, how many are in use and how many wait to be used again. */
function lists({ memory, moment }: MemoryState, top: number, plot: number): string[] {
  const sizes = sizesAt(memory, moment);
  const most = Math.max(...sizes.map(({ live, free }) => live + free));
  const step = plot / sizes.length;
  const base = top + LISTS;
  const scale = (LISTS - 24) / most;
  return [
    text({ x: MARGIN, y: top - 4 }, 'blocks: in use (full), free (dashed)', {
      size: SMALL_TEXT + 1,
      bold: true,
    }),
    ...sizes.flatMap(({ size, live, free }, i) => {
      const x = MARGIN + i * step + step * 0.2;
      const middle = { x: MARGIN + (i + 0.5) * step, y: base + 16 + (i % 2) * 15 };
      return [
        rect(x, base - live * scale, step * 0.6, Math.max(1, live * scale), { fill: colour('line') }),
        rect(x, base - (live + free) * scale, step * 0.6, free * scale, {
          ...{ fill: colour('ground'), stroke: colour('line'), 'stroke-dasharray': '3 2' },
        }),
        text({ x: middle.x, y: base - (live + free) * scale - 4 }, `${live}+${free}`, {
          ...{ anchor: 'middle', size: SMALL_TEXT, mono: true },
        }),
        text(middle, sizeWords(size), { anchor: 'middle', size: SMALL_TEXT, mono: true, colour: 'soft' }),
      ];
    }),
  ];
}

function sizeWords(size: number): string {
  return size < 1024 ? `${size} B` : `${(size / 1024).toFixed(1)} K`;
}

export function sentence({ memory, moment }: MemoryState): string {
  const live = memory.blocks.filter((block) => isLive(block, moment));
  const made = memory.blocks.find(({ born }) => born === moment);
  const freed = memory.blocks.find(({ died }) => died === moment);
  const what =
    made !== undefined
      ? `${made.madeBy} makes ${formatBytes(made.bytes)}`
      : `${formatBytes(freed?.bytes ?? 0)} are freed`;
  const reuse =
    memory.end === memory.endBefore
      ? 'This third step takes no address that the two before it had not taken.'
      : `The step takes ${formatBytes(memory.end - memory.endBefore)} more than the two before it.`;
  return `Moment ${moment + 1} of ${memory.bytes.length}, ${phaseAt(memory, moment)}: ${what}; ${live.length} buffers, ${formatBytes(memory.bytes[moment])} in use. ${reuse}`;
}
