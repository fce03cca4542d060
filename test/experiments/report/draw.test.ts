import { DOMParser } from '@xmldom/xmldom';
import { expect, it } from 'vitest';
import { lookOf } from '../../../src/experiments/report/chart.js';
import { drawChart } from '../../../src/experiments/report/draw/draw.js';
import { HOSTILE } from '../../helpers/reports.js';

/** What XML 1.0 can hold; the parser takes more. */
function isXml(letter: string): boolean {
  const code = letter.codePointAt(0)!;
  const isControl = code < 0x20 && ![0x9, 0xa, 0xd].includes(code);
  return !isControl && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

it.each(HOSTILE)('a series called %j is in the picture by its name, in letters that XML has', (name) => {
  const axis = { label: 'x', unit: null };
  const series = [{ name, look: lookOf(0), form: 'line', points: [{ x: 1, y: 1 }] }] as const;
  const drawn = drawChart(
    { panels: [{ title: name, x: axis, y: axis, series }] },
    { id: 'a', title: name, description: name },
  );
  const letters = [...name].map((letter) => (isXml(letter) ? letter : '\uFFFD'));
  for (const svg of [drawn.file, drawn.page]) {
    expect([...svg].filter((letter) => !isXml(letter))).toEqual([]);
    const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement!;
    const textOf = (kind: string) =>
      Array.from(root.getElementsByTagName(kind)).map(({ textContent }) => textContent);
    expect([...textOf('title'), ...textOf('desc')]).toEqual([letters.join(''), letters.join('')]);
    // A long one is cut in the legend, which must not leave the picture.
    expect(textOf('text')).toContain(
      letters.length <= 80 ? letters.join('') : `${letters.slice(0, 79).join('')}…`,
    );
    expect(textOf('script')).toEqual([]);
  }
});
