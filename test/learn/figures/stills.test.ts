import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DOMParser } from '@xmldom/xmldom';
import { expect, it } from 'vitest';
import { asFile } from '../../../learn/figures/base/svg.js';
import { STILLS, TAPES } from '../../../learn/figures/stills.js';

const learn = fileURLToPath(new URL('../../../docs/learn/', import.meta.url));
const folder = `${learn}figures/`;

it.each(Object.keys(STILLS))('%s is what the figure draws; npm run figures writes it', async (name) => {
  const drawn = asFile(await STILLS[name]());
  expect(readFileSync(`${folder}${name}`, 'utf8')).toBe(drawn);
  const problems: string[] = [];
  const root = new DOMParser({ onError: (_, message) => problems.push(message) }).parseFromString(
    drawn,
    'image/svg+xml',
  ).documentElement;
  expect(problems).toEqual([]);
  expect(root?.getAttribute('aria-label')).toMatch(/\.$/);
  expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
});

it('stands in the page for the same expression that the figure there begins with', () => {
  const pages = readdirSync(learn).filter((name) => name.endsWith('.md'));
  const used = pages.flatMap((page) => {
    const text = readFileSync(`${learn}${page}`, 'utf8');
    return [...text.matchAll(/<figure-tape expression="([^"]*)"><img src="figures\/([^"]*)"/g)].map(
      ([, expression, still]) => ({ page, still, expression }),
    );
  });
  expect(used.length).toBeGreaterThan(0);
  for (const each of used)
    expect(each).toEqual({ ...each, expression: TAPES[each.still as keyof typeof TAPES] });
});
