import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTitle } from '../../../src/experiments/report/chart.js';
import { drawChart } from '../../../src/experiments/report/draw/draw.js';
import type { Figure } from '../../../src/experiments/report/figure.js';
import { FIGURES, type FigureName } from '../../../src/experiments/report/figures/index.js';
import { ReportDraw } from '../../helpers/reports.js';
import { seeds } from '../../helpers/values/draw.js';

const NAMES = Object.keys(FIGURES) as FigureName[];

/** So many, unless others are asked for. */
const runs = (numRuns: number) => ({ numRuns: fc.readConfigureGlobal()?.numRuns ?? numRuns });

/** Draws a figure in both places. @throws Error where the text is no XML. */
function drawn(name: string, figure: Figure): string[] {
  const { file, page } = drawChart(figure.chart, {
    id: name,
    title: figure.title,
    description: figure.finding,
  });
  return [file, page];
}

function parse(svg: string): Element {
  const parser = new DOMParser({
    onError: (level, message) => {
      // Of names with signs that XML has not, it remarks that they were replaced.
      if (level !== 'warning') throw new Error(`${level}: ${message}`);
    },
  });
  return parser.parseFromString(svg, 'image/svg+xml').documentElement as unknown as Element;
}

/** All elements below one, itself included. */
function elements(element: Element): Element[] {
  return [element, ...Array.from(element.getElementsByTagName('*'))];
}

describe.each(NAMES)('the figure %s', (name) => {
  it('is drawn from what there usually is, with everything named', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const figure = FIGURES[name](new ReportDraw(seed, 'tame').data());
        // Some draws have no model of the kind that it shows.
        fc.pre(figure !== null);
        for (const svg of drawn(name, figure)) {
          const words = elements(parse(svg)).map(({ nodeName, textContent }) => ({ nodeName, textContent }));
          const texts = words
            .filter(({ nodeName }) => nodeName === 'text')
            .map(({ textContent }) => textContent);
          for (const { x, y, title, series } of figure.chart.panels) {
            expect(texts).toContain(axisTitle(x));
            expect(texts).toContain(axisTitle(y));
            if (title !== null) expect(texts).toContain(title);
            for (const each of series) expect(texts).toContain(each.name);
          }
          expect(svg).not.toContain('nothing finite');
        }
        expect(figure.paper).toMatch(/(Figure|Table|Section|Appendix|paper)/);
        for (const sentence of [figure.paper, figure.finding]) {
          expect(sentence).toMatch(/^\S.*\.$/);
          expect(sentence).not.toMatch(/NaN|Infinity|undefined|null|no number/);
        }
      }),
      runs(10),
    );
  });

  it('is XML without a NaN whatever the data, and no name becomes markup', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const figure = FIGURES[name](new ReportDraw(seed).data());
        if (figure === null) return;
        expect(figure.finding).not.toMatch(/NaN|Infinity|undefined/);
        for (const svg of drawn(name, figure)) {
          for (const element of elements(parse(svg))) {
            expect(element.nodeName).toMatch(/^(svg|title|desc|g|rect|line|path|text|tspan|circle)$/);
            for (const { name: attribute, value } of Array.from(element.attributes)) {
              expect(attribute).not.toMatch(/^on|href|src/);
              if (attribute !== 'xmlns') expect(value).not.toMatch(/NaN|Infinity|undefined|http/);
            }
          }
        }
      }),
      runs(30),
    );
  });
});

it('leaves every figure out that there are no data for', () => {
  const nothing = { runs: [], models: [], lengths: [], comparison: null, sweep: null };
  for (const name of NAMES) expect(FIGURES[name](nothing)).toBeNull();
});
