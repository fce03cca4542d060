import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { lookOf, type Panel } from '../../../src/experiments/report/chart.js';
import { drawChart } from '../../../src/experiments/report/draw/draw.js';
import { chartTables } from '../../../src/experiments/report/page/table.js';
import { HOSTILE } from '../../helpers/reports.js';
import { expectClose } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

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

const axis = { label: 'x', unit: null };

function textsOf(panel: Panel) {
  const { file } = drawChart({ panels: [panel] }, { id: 'a', title: 'a', description: 'a' });
  const root = new DOMParser().parseFromString(file, 'image/svg+xml').documentElement!;
  return Array.from(root.getElementsByTagName('text')).map((text) => ({
    text: text.textContent,
    // Of a mark, its place; one that is moved has the shift on the group around it.
    places: [text, text.parentNode as unknown as typeof text]
      .flatMap((each) => /translate\(([-\d.]+),([-\d.]+)\)/.exec(each.getAttribute('transform') ?? '') ?? [])
      .filter((part) => !part.startsWith('translate'))
      .map(Number),
  }));
}

describe('names at the ends of lines', () => {
  it('stand at different heights where lines end together', () => {
    const series = ['one', 'two', 'three'].map((name, i) => ({
      ...({ name, look: lookOf(i), form: 'line', endLabel: `end of ${name}` } as const),
      points: [
        { x: 1, y: 5 * i },
        { x: 2, y: 1 + i * 0.001 },
      ],
    }));
    const labels = textsOf({ title: null, x: axis, y: axis, series }).filter(({ text }) =>
      text!.startsWith('end of '),
    );
    const heights = labels.map(({ places: [, y, , shift] }) => y + shift).sort((a, b) => a - b);
    expect(heights).toHaveLength(3);
    expect(Math.min(heights[1] - heights[0], heights[2] - heights[1])).toBeGreaterThanOrEqual(11);
  });
});

describe('a panel of rows', () => {
  const panel: Panel = {
    ...{ title: null, x: axis, y: { ...axis, includes: 0 }, rows: ['first name', 'second name'] },
    series: [
      {
        name: 'a',
        look: lookOf(0),
        form: 'bars',
        points: [
          { x: 1, y: -1, low: -2, high: 0 },
          { x: 2, y: 3 },
        ],
      },
    ],
  };

  it('has the name of each row, in the picture and in its table', () => {
    expect(textsOf(panel).map(({ text }) => text)).toEqual(
      expect.arrayContaining(['first name', 'second name']),
    );
    const [{ rows }] = chartTables('a', { panels: [panel] });
    expect(rows).toEqual([
      ['first name', -1, -2, 0],
      ['second name', 3, null, null],
    ]);
  });

  it('has a bar from 0 to each value', () => {
    const { file } = drawChart({ panels: [panel] }, { id: 'a', title: 'a', description: 'a' });
    const root = new DOMParser().parseFromString(file, 'image/svg+xml').documentElement!;
    const bars = Array.from(root.getElementsByTagName('rect'))
      .map((bar) => ['x', 'width'].map((name) => Number(bar.getAttribute(name))))
      .slice(1);
    expect(bars).toHaveLength(2);
    const [[left, low], [zero, high]] = bars;
    expectClose(left + low, zero, absolute(5e-2));
    expectClose(high / low, 3, absolute(5e-2));
  });
});
