/** Colours that the colour-blind tell apart (Okabe and Ito), by model; lines differ in their dashes, too. */
import type { Architecture } from '../src/ngpt/index.js';

/** What a model is called on the page. */
export const NAMES: Readonly<Record<Architecture, string>> = { ngpt: 'nGPT', gpt: 'GPT' };

/** Dashes of its lines; none is solid. */
export const DASHES: Readonly<Record<Architecture, readonly number[]>> = { ngpt: [], gpt: [6, 4] };

/** The value of a colour of styles/page.css, as it is in light or dark now: `--ngpt`, `--gpt`, `--text`, `--faint`. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Calls `redraw` whenever the reader goes from light to dark or back. */
export function onColoursChange(redraw: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}
