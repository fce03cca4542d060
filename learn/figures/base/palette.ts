/**
 * The colours of all figures, for a light and a dark page. A figure says `var(--ink)`; a page may set `--figure-ink`
 * to have it otherwise. Letters are at least 4.5 : 1 apart from the ground, lines that carry meaning 3 : 1.
 */

/** What a colour is for: on a light page, on a dark one. */
export const PALETTE = {
  ground: ['#ffffff', '#1b1b1f'],
  ink: ['#1f2933', '#e8eaed'],
  soft: ['#52606d', '#a9b3bd'],
  line: ['#7b8794', '#8b96a1'],
  faint: ['#d5dbe1', '#3d444d'],
  shade: ['#f1f4f7', '#27292e'],
  blue: ['#1a5fa8', '#82b8f5'],
  'blue-fill': ['#e1eefb', '#18324f'],
  orange: ['#a8410b', '#f5a36b'],
  'orange-fill': ['#fdebdc', '#47270f'],
  green: ['#146c37', '#6fcb91'],
  'green-fill': ['#e0f4e7', '#15381f'],
  purple: ['#7537a3', '#cfa3f3'],
  'purple-fill': ['#f2e6fb', '#3a2350'],
} as const satisfies Readonly<Record<string, readonly [light: string, dark: string]>>;

export type Colour = keyof typeof PALETTE;

/** For a `fill` or a `stroke`. */
export function colour(name: Colour): string {
  return `var(--${name})`;
}

/** The variables inside a figure that moves: light or dark as the page around it says by its `color-scheme`. */
export function hostVariables(): string {
  return entries()
    .map(([name, [light, dark]]) => `--${name}: var(--figure-${name}, light-dark(${light}, ${dark}));`)
    .join('\n');
}

/** The style of a picture that stands in a file of its own. */
export function stillStyle(): string {
  const variables = (at: 0 | 1) =>
    entries()
      .map(([name, pair]) => `--${name}:${pair[at]}`)
      .join(';');
  return `:root{${variables(0)}}@media (prefers-color-scheme:dark){:root{${variables(1)}}}`;
}

function entries(): [Colour, readonly [string, string]][] {
  return Object.entries(PALETTE) as [Colour, readonly [string, string]][];
}
