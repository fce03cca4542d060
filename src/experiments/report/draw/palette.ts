/** Colours after Okabe and Ito, which people tell apart whatever colours they see; strong enough for thin lines. */
import type { Colour, Dash, Marker } from '../chart.js';

/** On white, 3:1 and more; orange is darker than theirs for that. */
export const ON_WHITE: Readonly<Record<Colour, string>> = {
  blue: '#0072b2',
  vermilion: '#d55e00',
  green: '#008a64',
  purple: '#b0578b',
  black: '#333333',
  orange: '#b57f00',
  'light-blue': '#4296cc',
  'dark-blue': '#003a63',
  'light-vermilion': '#e0752a',
  'dark-vermilion': '#7a2e00',
};

/** The same on a dark page. */
export const ON_DARK: Readonly<Record<Colour, string>> = {
  blue: '#56b4e9',
  vermilion: '#f2803a',
  green: '#2fc295',
  purple: '#dc94bf',
  black: '#e6e6e6',
  orange: '#e69f00',
  'light-blue': '#3a86b8',
  'dark-blue': '#b5e0fa',
  'light-vermilion': '#bf5c20',
  'dark-vermilion': '#ffc9a3',
};

/** As in the attribute stroke-dasharray; null for a line without gaps. */
export const DASH_ARRAYS: Readonly<Record<Dash, string | null>> = {
  solid: null,
  dashed: '7 4',
  dotted: '2 3.5',
  'dash-dotted': '9 3 2 3',
};

/** What Observable Plot calls them. */
export const SYMBOLS: Readonly<Record<Marker, string>> = {
  circle: 'circle',
  square: 'square',
  triangle: 'triangle',
  diamond: 'diamond',
  cross: 'times',
  star: 'asterisk',
};

/** Text, axes and the grid. */
export const INK = '#1f2328';
export const PAPER = '#ffffff';

/** The name that a page gives a colour in its style sheet. */
export function colourVariable(colour: Colour): string {
  return `--${colour}`;
}
