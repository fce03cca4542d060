/** What is around the source: the way to it, the other parts of the site, and the colours that the reader chose there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BASE, ROOT, sourceAddress } from '../places.js';
import { escaped } from './highlight.js';

const PLACES = [
  ['Learn', 'learn/'],
  ['API', 'api/'],
  ['Guides', 'guides/'],
  ['Experiments', 'experiments.html'],
  ['Benchmarks', 'benchmarks.html'],
] as const;
/** As VitePress does it. */
const COLOURS = `
const chosen = localStorage.getItem('vitepress-theme-appearance') ?? 'auto';
const dark = chosen === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
document.documentElement.classList.toggle('dark', dark);`;

export function pageWith(path: string, body: string): string {
  const styles = ['code.css', 'source.css']
    .map((name) => readFileSync(join(ROOT, 'site/styles', name), 'utf8'))
    .join('');
  const title = path === '' ? 'Source' : path;
  const places = PLACES.map(([name, place]) => `<a href="${BASE}${place}">${name}</a>`).join(' ');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} | SphereGrad</title><link rel="icon" href="data:,">
<script>${COLOURS}</script><style>${styles}</style></head>
<body><header><a class="home" href="${BASE}">SphereGrad</a><nav aria-label="site">${places}</nav></header>
<main><h1>${wayTo(path)}</h1>${body}</main></body></html>
`;
}

/** The folders above a file, each a link. */
function wayTo(path: string): string {
  const parts = path === '' ? [] : path.split('/');
  const above = parts
    .slice(0, -1)
    .map(
      (part, i) => `<a href="${sourceAddress(parts.slice(0, i + 1).join('/'), true)}">${escaped(part)}</a>/`,
    );
  return [`<a href="${sourceAddress('')}">source</a>/`, ...above, escaped(parts.at(-1) ?? '')].join('<wbr>');
}
