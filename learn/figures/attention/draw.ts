/** The scores of causal attention in blocks of rows, and the memory with and without keeping them. */
import { formatBytes } from '../../../src/autograd/explain/text.js';
import { type Colour, colour } from '../base/palette.js';
import { type Drawing, line, path, rect, SMALL_TEXT, text } from '../base/svg.js';
import { type AttentionMemory, BLOCK_ROWS } from './measure.js';

export interface AttentionState {
  readonly memory: AttentionMemory;
  /** Which block of rows is at work, from 0. */
  readonly block: number;
}

const SIDE = 224;
const LEFT = 54;
const TOP = 46;
const BAR = 18;
const ROW = 46;
const NARROWEST = 300;
const MARGIN = 12;

export function blocksOf({ length }: AttentionMemory): number {
  return Math.ceil(length / BLOCK_ROWS);
}

export function drawAttention({ memory, block }: AttentionState, width = 0): Drawing {
  const total = Math.max(width, NARROWEST);
  const left = (total - SIDE - LEFT) / 2 + LEFT;
  const below = TOP + SIDE + 34;
  const rows = rowsOf(memory);
  const largest = Math.max(...rows.map(({ bytes }) => bytes));
  const barLeft = Math.max(MARGIN, total / 2 - 180);
  const room = total - 2 * barLeft - 86;
  return {
    ...{ width: total, height: below + rows.length * ROW + 12 },
    says: sentence({ memory, block }),
    body: [
      text({ x: left + SIDE / 2, y: 20 }, `keys 0 … ${memory.length - 1}`, { anchor: 'middle', size: 13 }),
      text({ x: left - 8, y: TOP + 12 }, '0', { anchor: 'end', size: SMALL_TEXT }),
      text({ x: left - 8, y: TOP + SIDE }, String(memory.length - 1), { anchor: 'end', size: SMALL_TEXT }),
      text({ x: left - 8, y: TOP + SIDE / 2 }, 'queries', { anchor: 'end', size: SMALL_TEXT }),
      scores(memory, block, left),
      ...rows.map(({ words, bytes, look }, i) => {
        const y = below + i * ROW;
        const length = Math.max(2, (bytes / largest) * room);
        return (
          text({ x: barLeft, y: y + 12 }, words, { size: 13 }) +
          rect(barLeft, y + 18, length, BAR, { fill: colour(look), rx: 2 }) +
          text({ x: barLeft + length + 6, y: y + 32 }, formatBytes(bytes), { size: 13, mono: true })
        );
      }),
    ].join(''),
  };
}

interface Row {
  readonly words: string;
  readonly bytes: number;
  readonly look: Colour;
}

function rowsOf({ fused, composed, block }: AttentionMemory): Row[] {
  return [
    { words: 'weights kept: after the forward pass', bytes: composed.afterForward, look: 'orange' },
    { words: 'weights kept: most in the backward pass', bytes: composed.most, look: 'orange' },
    { words: 'recomputed: after the forward pass', bytes: fused.afterForward, look: 'blue' },
    { words: 'recomputed: most in the backward pass', bytes: fused.most, look: 'blue' },
    { words: 'and the weights of one block at a time', bytes: block, look: 'green' },
  ];
}

/** The square of all scores: what the mask lets through, cut into blocks of rows. */
function scores(memory: AttentionMemory, block: number, left: number): string {
  const { length } = memory;
  const pixels = SIDE / length;
  const triangle = [
    { x: left, y: TOP },
    { x: left + SIDE, y: TOP + SIDE },
    { x: left, y: TOP + SIDE },
    { x: left, y: TOP },
  ];
  const [first, last] = [block * BLOCK_ROWS, Math.min(length, (block + 1) * BLOCK_ROWS)];
  const active = [
    { x: left, y: TOP + first * pixels },
    { x: left + first * pixels, y: TOP + first * pixels },
    { x: left + last * pixels, y: TOP + last * pixels },
    { x: left, y: TOP + last * pixels },
    { x: left, y: TOP + first * pixels },
  ];
  const cuts = Array.from({ length: blocksOf(memory) - 1 }, (_, i) => TOP + (i + 1) * BLOCK_ROWS * pixels);
  const middle = TOP + ((first + last) / 2) * pixels;
  // Inside where there is room, else beside.
  const wordsLeft = first * pixels > 110 ? left + 8 : left + last * pixels + 8;
  return [
    rect(left, TOP, SIDE, SIDE, { fill: colour('shade'), stroke: colour('line') }),
    path(triangle, { fill: colour('blue-fill') }),
    path(active, { fill: colour('green-fill'), stroke: colour('green'), 'stroke-width': 2.5 }),
    ...cuts.map((y) =>
      line({ x: left, y }, { x: left + SIDE, y }, 'line', { 'stroke-dasharray': '3 3', 'stroke-width': 1 }),
    ),
    text({ x: left + SIDE - 8, y: TOP + 22 }, 'masked: the future', {
      anchor: 'end',
      size: SMALL_TEXT,
      colour: 'soft',
      halo: true,
    }),
    text({ x: wordsLeft, y: middle + 4 }, `rows ${first} … ${last - 1}`, {
      size: SMALL_TEXT,
      bold: true,
      colour: 'green',
    }),
  ].join('');
}

export function sentence({ memory, block }: AttentionState): string {
  const { length, composed, fused } = memory;
  const rows = `${block * BLOCK_ROWS} to ${Math.min(length, (block + 1) * BLOCK_ROWS) - 1}`;
  const times = (composed.afterForward / fused.afterForward).toFixed(
    composed.afterForward < 10 * fused.afterForward ? 1 : 0,
  );
  return (
    `${length} tokens, one head: block ${block + 1} of ${blocksOf(memory)} works on the queries ${rows}. ` +
    `Keeping [T, T] takes ${formatBytes(composed.afterForward)} until the backward pass, ${times} times what the fused op leaves; that one works the weights out again.`
  );
}
