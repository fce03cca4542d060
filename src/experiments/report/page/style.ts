/** How a report looks, on light, on dark and on paper. */
import { COLOURS } from '../chart.js';
import { colourVariable, ON_DARK, ON_WHITE } from '../draw/palette.js';

const variables = (colours: typeof ON_WHITE) =>
  COLOURS.map((colour) => `${colourVariable(colour)}: ${colours[colour]};`).join(' ');

const LIGHT = `--paper: #ffffff; --ink: #1f2328; --quiet: #57606a; --edge: #d0d7de; --link: #0550ae; ${variables(ON_WHITE)}`;
const DARK = `--paper: #14181d; --ink: #e6e8eb; --quiet: #a3adb8; --edge: #3a424c; --link: #79b8ff; ${variables(ON_DARK)}`;

export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 48rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 0.5rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--edge); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 0.5rem; }
h1, h2, h3, p, td, dd, li { overflow-wrap: anywhere; }
a { color: var(--link); }
.lead { color: var(--quiet); margin: 0 0 1rem; }
figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; }
figcaption p { margin: 0.35rem 0; }
.label { font-weight: 600; }
summary { cursor: pointer; color: var(--link); }
.scroll { overflow-x: auto; }
details .scroll { max-height: 24rem; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; margin: 0.5rem 0; }
caption { text-align: left; color: var(--quiet); padding: 0.25rem 0; }
th, td { text-align: right; padding: 0.2rem 0.75rem 0.2rem 0; border-bottom: 1px solid var(--edge); vertical-align: top; }
th { text-align: right; font-weight: 600; }
th.words, td.words { text-align: left; }
td.words { min-width: 5rem; }
pre { background: color-mix(in srgb, var(--ink) 7%, var(--paper)); padding: 0.75rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.875rem; }
.word { display: inline-block; max-width: 100%; }
@media print {
  :root { color-scheme: light; ${LIGHT} }
  h2, h3 { break-after: avoid; }
  figure svg, tr { break-inside: avoid; }
  .scroll, details .scroll { max-height: none; overflow: visible; }
}
`;
