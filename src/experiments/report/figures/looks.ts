/** Who is drawn how: nGPT is blue and GPT vermilion in every figure, in shades where there are several. */
import type { Architecture } from '../../../ngpt/index.js';
import { type Colour, DASHES, type Look, MARKERS, SHADES } from '../chart.js';

const HUE_OF: Readonly<Record<Architecture, keyof typeof SHADES>> = { ngpt: 'blue', gpt: 'vermilion' };

/** A look for each of `architectures`, all different up to a dozen of one. */
export function looksOf(architectures: readonly Architecture[]): Look[] {
  const seen: Record<Architecture, number> = { ngpt: 0, gpt: 0 };
  return architectures.map((arch) => {
    const several = architectures.filter((other) => other === arch).length;
    return shadeOf(arch, seen[arch]++, several);
  });
}

/** The i-th of `several` of one architecture: darker the later, in a dash and a marker of its own. */
export function shadeOf(arch: Architecture, i: number, several = 1): Look {
  const shift = arch === 'gpt' ? 1 : 0;
  return {
    colour: shade(SHADES[HUE_OF[arch]], i, several),
    dash: DASHES[(i + shift) % DASHES.length],
    marker: MARKERS[(2 * i + Math.floor(i / 3) + shift) % MARKERS.length],
  };
}

/** Of one the middle shade, of several from the first to the last. */
function shade(shades: readonly Colour[], i: number, several: number): Colour {
  const last = shades.length - 1;
  return several === 1 ? shades[last / 2] : shades[Math.round((last * i) / (several - 1))];
}
