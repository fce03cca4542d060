/** Fences that are more than code: those that run in the page, and excerpts of the source. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { ROOT, sourceAddress } from './places.js';

export function fences(md: MarkdownRenderer): void {
  const fence = md.renderer.rules.fence;
  if (fence === undefined) throw new Error('there is no rule for fences');
  md.renderer.rules.fence = (tokens, at, ...rest) => {
    const token = tokens[at];
    const [language = '', place = ''] = token?.info.trim().split(/\s+/) ?? [];
    if (token === undefined || place === '') return fence(tokens, at, ...rest);
    const words = token.info.trim().slice(language.length).trim();
    token.info = language;
    const code = fence(tokens, at, ...rest);
    if (words === 'run') return `<run-code>${code}</run-code>\n`;
    return /[./]/.test(place)
      ? `<div class="excerpt">${caption(place, words, token.content)}${code}</div>\n`
      : code;
  };
}

/** Names the place and leads to it. */
function caption(place: string, words: string, text: string): string {
  const [file = '', name] = place.split('#');
  const path = join(ROOT, file);
  const line = existsSync(path) ? lineOf(readFileSync(path, 'utf8'), text) : null;
  const shown = name === undefined || words !== place ? file : `${file}, ${name}`;
  return `<a class="excerpt-place" target="_self" href="${sourceAddress(file)}${line === null ? '' : `#L${line}`}">${shown}</a>`;
}

/** The first line of an excerpt in its file, whose indentation it lacks. */
function lineOf(source: string, excerpt: string): number | null {
  const wanted = excerpt
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
  const lines = source.split('\n').map((line) => line.trim());
  // The last line of an excerpt may end earlier than the file's.
  const at = lines.findIndex((_, i) => wanted.every((line, j) => lines[i + j]?.startsWith(line)));
  return at < 0 ? null : at + 1;
}
