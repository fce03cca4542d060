import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import {
  bestHistories,
  comparedCheckpoints,
  comparisonReport,
} from '../../../src/experiments/report/comparison-report.js';
import { figuresOf } from '../../../src/experiments/report/figures/index.js';
import { modelsReport } from '../../../src/experiments/report/models-report.js';
import { type Report, writePage } from '../../../src/experiments/report/page/page.js';
import { ReportDraw } from '../../helpers/reports.js';
import { property } from '../../helpers/values/draw.js';

const PAPER = 'https://arxiv.org/abs/2410.01131';
/** What a page is made of. */
const KNOWN = new Set(
  (
    'html head meta title style body main section h1 h2 h3 p a pre div table caption thead tbody tr th td figure figcaption ' +
    'span details summary svg desc g rect line path text tspan circle'
  ).split(' '),
);

function parse(html: string): Element[] {
  const parser = new DOMParser({
    onError: (level, message) => {
      if (level !== 'warning') throw new Error(`${level}: ${message}`);
    },
  });
  const root = parser.parseFromString(html, 'text/html').documentElement as unknown as Element;
  return [root, ...Array.from(root.getElementsByTagName('*'))];
}

/** A report of everything that is drawn, with its words drawn too. */
function drawReport(draw: ReportDraw): Report {
  const words = () => draw.name();
  return {
    ...{
      title: words(),
      lead: words(),
      facts: draw.list(() => [words(), words()] as const),
      command: words(),
      settings: [],
    },
    tables: draw.list(() => ({
      caption: words(),
      columns: [words(), 'b'],
      rows: [[words(), draw.number()]],
    })),
    notes: draw.list(() => words()),
    sample: draw.pick(null, words()),
    data: draw.data(),
  };
}

describe('a page', () => {
  it('has no markup but its own, and asks for nothing, whatever its data are called', () => {
    property((draw) => {
      const elements = parse(writePage(drawReport(new ReportDraw(draw.integer(0, 1e9)))).html);
      const ids: string[] = [];
      for (const element of elements) {
        expect(KNOWN).toContain(element.nodeName);
        for (const { name, value } of Array.from(element.attributes)) {
          expect(name).not.toMatch(/^(on|src|action|style$|background|poster)/);
          if (name === 'href') expect(value).toBe(PAPER);
          if (name === 'id') ids.push(value);
        }
      }
      expect(new Set(ids).size).toBe(ids.length);
    }, 6);
  });

  it('shows names as they are', () => {
    const report = {
      ...drawReport(new ReportDraw(1, 'tame')),
      title: '</title><script>&amp;"\'',
      command: '<b>',
    };
    const elements = parse(writePage(report).html);
    const textOf = (name: string) =>
      elements.filter(({ nodeName }) => nodeName === name).map((each) => each.textContent);
    expect(textOf('h1')).toEqual([report.title]);
    expect(textOf('pre').at(-1)).toBe('<b>');
  });

  it('has every figure once, under a heading, with what the paper found and what was found here', () => {
    const report = drawReport(new ReportDraw(3, 'tame'));
    const figures = figuresOf(report.data);
    const elements = parse(writePage(report).html);
    expect(
      elements
        .filter(({ nodeName }) => nodeName === 'h3')
        .map((each) => each.getAttribute('id'))
        .sort(),
    ).toEqual(figures.map(({ name }) => name).sort());
    const captions = elements
      .filter(({ nodeName }) => nodeName === 'figcaption')
      .map((each) => each.textContent);
    for (const { paper, finding } of figures) {
      expect(captions.filter((text) => text!.includes(paper) && text!.includes(finding))).toHaveLength(1);
    }
  });

  it('can say nothing of nothing', () => {
    const data = { runs: [], models: [], lengths: [], comparison: null, sweep: null };
    const { html, figures } = writePage({ ...drawReport(new ReportDraw(2, 'tame')), tables: [], data });
    expect(figures).toEqual([]);
    expect(parse(html).length).toBeGreaterThan(10);
  });
});

describe('the report of a comparison', () => {
  it('is made of any, and its curves are of runs with the best rates and the first seed', () => {
    property((draw) => {
      const own = new ReportDraw(draw.integer(0, 1e9));
      const comparison = own.comparison();
      const report = comparisonReport({
        comparison,
        models: own.list(() => own.model().report),
        lengths: [],
        command: '',
      });
      expect(writePage(report).html).not.toMatch(/[^\w]NaN|Infinity|undefined/);
      const first = comparison.runs.filter(({ seed }) => seed === comparison.plan.seeds[0]);
      expect(bestHistories(comparison)).toHaveLength(first.length);
    }, 6);
  });

  it('lists the options that an architecture has, as the command line calls them, and how warm-ups are shortened', () => {
    const comparison = new ReportDraw(4, 'tame').comparison();
    const settings = (scaleWarmup: boolean) => {
      const recipes = {
        ngpt: { ...comparison.recipes.ngpt, warmupIters: 0 },
        gpt: { ...comparison.recipes.gpt, warmupIters: 100 },
      };
      const given = { ...comparison, recipes, plan: { ...comparison.plan, scaleWarmup } };
      const [{ rows }] = comparisonReport({
        comparison: given,
        models: [],
        lengths: [],
        command: '',
      }).settings;
      return new Map(rows.map(([name, ...values]) => [name, values]));
    };
    expect(settings(false).get('signed-alpha')).toEqual(['false', '–']);
    expect(
      settings(false)
        .get('n-layer')
        ?.every((value) => /^\d+$/.test(String(value))),
    ).toBe(true);
    expect(settings(false).get('warmup-iters')).toEqual(['0', '100']);
    expect(settings(true).get('warmup-iters')).toEqual(['0', '100, at most a tenth of the budget']);
  });

  it('has losses and their deviations in the same digits, and times in two', () => {
    const comparison = new ReportDraw(4, 'tame').comparison();
    const valLoss = { mean: 3.0531, deviation: 0.0901863, lowest: 3, highest: 3.1, count: 2 };
    const given = {
      ...comparison,
      best: comparison.best.map((each) => ({ ...each, valLoss })),
      speedUps: comparison.speedUps.map((each) => ({
        ...each,
        inSteps: { bound: 'less', value: 1 } as const,
        inSeconds: { bound: 'exact', value: 1.2345 } as const,
      })),
    };
    const [best, speedUps] = comparisonReport({
      comparison: given,
      models: [],
      lengths: [],
      command: '',
    }).tables;
    expect(best.rows[0].slice(3, 5)).toEqual(['3.0531 ± 0.0902', 2]);
    expect([speedUps.rows[0][2], speedUps.rows[0].at(-1)]).toEqual(['less than 1×', '1.2×']);
    expect(speedUps.caption).toContain('vary from run to run');
  });

  it('looks into one model of each architecture, of the largest budget that both have', () => {
    const comparison = new ReportDraw(4, 'tame').comparison();
    const kept = (has: (arch: string, budget: number) => boolean) =>
      comparedCheckpoints({
        ...comparison,
        runs: comparison.runs.map((run) => ({ ...run, hasCheckpoint: has(run.arch, run.budget) })),
      }).map(({ arch, budget }) => [arch, budget]);
    const [small, large] = [comparison.plan.budgets.ngpt[0], comparison.plan.budgets.ngpt.at(-1)!];
    expect(large).toBeGreaterThan(small);
    expect(kept(() => true)).toEqual([
      ['ngpt', large],
      ['gpt', large],
    ]);
    expect(kept((arch, budget) => arch === 'ngpt' || budget === small)).toEqual([
      ['ngpt', small],
      ['gpt', small],
    ]);
    expect(kept((arch) => arch === 'gpt')).toEqual([['gpt', large]]);
    expect(kept(() => false)).toEqual([]);
  });
});

describe('the report of checkpoints', () => {
  it('calls them by their architecture where that tells them apart, else by their file too', () => {
    const draw = new ReportDraw(5, 'tame');
    const model = (arch: 'ngpt' | 'gpt', checkpoint: string) => {
      const { report } = draw.model();
      return { ...report, checkpoint, config: { ...report.config, arch } };
    };
    const names = (...models: ReturnType<typeof model>[]) =>
      modelsReport({ models, lengths: [], machine: [], command: '' }).data.models.map(({ name }) => name);
    expect(names(model('ngpt', 'a/b'), model('gpt', 'c'))).toEqual(['nGPT', 'GPT']);
    expect(names(model('ngpt', 'out/a/b'), model('gpt', 'c'), model('ngpt', 'd'))).toEqual([
      'nGPT, a/b',
      'GPT',
      'nGPT, d',
    ]);
    expect(names(model('ngpt', 'x/out/a'), model('ngpt', 'y/out/a'), model('ngpt', 'y/b'))).toEqual([
      'nGPT, x/out/a',
      'nGPT, y/out/a',
      'nGPT, y/b',
    ]);
    expect(names(model('ngpt', 'out/a'), model('ngpt', 'out/a'))).toEqual(['nGPT, out/a', 'nGPT, out/a (2)']);
  });
});
