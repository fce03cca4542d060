/** The loss beyond the length that a model was trained with. */

import { list, loss } from '../../words.js';
import { type Axis, lookOf, type Series } from '../chart.js';
import type { Figure, FigureData, NamedLengths } from '../figure.js';
import { looksOf } from './looks.js';

export function lossByPosition({ lengths }: FigureData): Figure | null {
  const measured = lengths.filter(({ sizes }) => sizes.some(({ buckets }) => buckets.length > 0));
  if (measured.length === 0) return null;
  const x: Axis = { label: 'position in the block', unit: 'tokens', scale: 'log' };
  const y: Axis = { label: 'loss', unit: 'nats per token' };
  return {
    title: 'Loss by position',
    chart: {
      panels: [
        { title: null, x, y, series: measured.length === 1 ? bySize(measured[0]) : byModel(measured) },
      ],
    },
    paper:
      'Figure 13: beyond the trained length the loss of GPT rises steeply, that of nGPT does not, with RoPE unchanged.',
    finding: `${measured.map(lengthFinding).join(' ')}`,
  };
}

/** Of one model a line for every size of block. */
function bySize({ sizes }: NamedLengths): Series[] {
  return sizes.map((size, i) => series(`blocks of ${size.blockSize}`, lookOf(i), size));
}

/** Of several the longest blocks, which hold all positions. */
function byModel(measured: readonly NamedLengths[]): Series[] {
  const looks = looksOf(measured.map(({ arch }) => arch));
  return measured.map(({ name, sizes }, i) => {
    const longest = longestOf(sizes);
    return series(`${name}, blocks of ${longest.blockSize}`, looks[i], longest);
  });
}

type Size = NamedLengths['sizes'][number];

function longestOf(sizes: readonly Size[]): Size {
  return sizes.reduce((longest, size) => (size.blockSize > longest.blockSize ? size : longest));
}

/** Buckets double in size: the middle of one is its geometric mean. Positions count from 1 here. */
function series(name: string, look: Series['look'], { buckets }: Size): Series {
  const points = buckets.map(({ from, to, loss: y }) => ({ x: Math.sqrt((from + 1) * to), y }));
  return { name, look, form: 'line', points };
}

function lengthFinding({ name, trainedLength, sizes }: NamedLengths): string {
  const parts = sizes.map(({ blockSize, loss: mean }) => `${loss(mean)} on blocks of ${blockSize}`);
  return `${name}, trained on blocks of ${trainedLength}: mean loss ${list(parts)}.`;
}
