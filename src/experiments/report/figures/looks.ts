/** Who is drawn how: nGPT and GPT have the same colours in every figure. */
import type { Architecture } from '../../../ngpt/index.js';
import { COLOURS, type Colour, DASHES, type Look, lookOf, MARKERS } from '../chart.js';

const COLOUR_OF: Readonly<Record<Architecture, Colour>> = { ngpt: 'blue', gpt: 'vermilion' };

/** A look for each of `architectures`, all different up to a dozen. */
export function looksOf(architectures: readonly Architecture[]): Look[] {
  const isMixed = new Set(architectures).size < architectures.length;
  const seen: Record<Architecture, number> = { ngpt: 0, gpt: 0 };
  return architectures.map((arch) => {
    const i = seen[arch]++;
    const shift = arch === 'gpt' ? 1 : 0;
    const colour =
      isMixed && i > 0 ? (COLOURS.filter(isFree)[(2 * i + shift) % 4] ?? 'black') : COLOUR_OF[arch];
    return {
      colour,
      dash: DASHES[(i + shift) % DASHES.length],
      marker: MARKERS[(2 * i + shift) % MARKERS.length],
    };
  });
}

function isFree(colour: Colour): boolean {
  return !Object.values(COLOUR_OF).includes(colour);
}

/** One architecture over several budgets: its colour, in the i-th dash. */
export function shadeOf(arch: Architecture, i: number): Look {
  const look = lookOf(i);
  return { ...look, colour: COLOUR_OF[arch] };
}
