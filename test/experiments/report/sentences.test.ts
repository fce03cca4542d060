import { describe, expect, it } from 'vitest';
import type { FigureData, NamedModel } from '../../../src/experiments/report/figure.js';
import { FIGURES } from '../../../src/experiments/report/figures/index.js';
import { ReportDraw } from '../../helpers/reports.js';

const nothing: FigureData = { runs: [], models: [], lengths: [], comparison: null, sweep: null };

/** A model of one layer and of an architecture, with a part of its report changed. */
function model(
  name: string,
  arch: 'ngpt' | 'gpt',
  change: (given: NamedModel['report']) => object = () => ({}),
) {
  for (let seed = 1; ; seed++) {
    const { report } = new ReportDraw(seed, 'tame').model();
    if (report.config.arch === arch) return { name, report: { ...report, ...change(report) } };
  }
}

describe('what is said of several', () => {
  it('gives the share of even attention for every size of blocks, and a line only where there is one', () => {
    const ofBlocks = (name: string, blockSize: number, evenFirstTokenShare: number) =>
      model(name, 'ngpt', ({ hidden: { layers, ...rest } }) => ({
        hidden: {
          ...rest,
          layers: layers.map((layer) => ({ ...layer, firstTokenShare: [0.5] })),
          ...{ blockSize, evenFirstTokenShare },
        },
      }));
    const figure = (...models: NamedModel[]) => FIGURES['first-token-attention']({ ...nothing, models })!;
    const both = figure(ofBlocks('a', 8, 0.25), ofBlocks('b', 16, 0.125));
    expect(both.finding).toContain('gives 25 % in blocks of 8 and 12.5 % in blocks of 16;');
    expect(both.chart.panels[0].reference).toBeUndefined();
    const alike = figure(ofBlocks('a', 8, 0.25), ofBlocks('b', 8, 0.25));
    expect(alike.finding).toContain('gives 25 %;');
    expect(alike.chart.panels[0].reference).toEqual({ value: 25, label: 'if spread evenly' });
  });

  it('calls a matrix better conditioned only where it is so in every pair of models', () => {
    const ofConditions = (name: string, arch: 'ngpt' | 'gpt', query: number, key: number) =>
      model(name, arch, ({ matrices: [layer] }) => ({
        matrices: [
          {
            ...layer,
            ...Object.fromEntries(
              Object.entries(layer).map(([part, matrix]) => [part, { ...matrix, conditionNumber: 9 }]),
            ),
            query: { ...layer.query, conditionNumber: query },
            key: { ...layer.key, conditionNumber: key },
          },
        ],
      }));
    const finding = (...models: NamedModel[]) =>
      FIGURES['condition-numbers']({ ...nothing, models })!.finding;
    const [first, second] = [ofConditions('a', 'ngpt', 2, 2), ofConditions('b', 'ngpt', 2, 6)];
    const gpt = ofConditions('c', 'gpt', 4, 4);
    expect(finding(first, gpt)).toMatch(
      /better conditioned in nGPT than in GPT: query and key \(2 of 7 kinds\)/,
    );
    expect(finding(first, second, gpt)).toMatch(
      /better conditioned in every nGPT than in GPT: query \(1 of 7 kinds\)/,
    );
    expect(finding(ofConditions('d', 'ngpt', 5, 5), gpt)).toMatch(
      /none of the 7 kinds is better conditioned in nGPT than in GPT/,
    );
  });

  it('says of the time of a step what the table of speed-ups implies', () => {
    const draw = new ReportDraw(7, 'tame');
    const [runs, comparison] = [draw.list(() => draw.run()), draw.comparison()];
    const [first] = comparison.speedUps;
    const speedUps = [
      {
        ...first,
        inSteps: { bound: 'exact', value: 3.28 } as const,
        inSeconds: { bound: 'exact', value: 2 } as const,
      },
    ];
    const finding = (given: Partial<FigureData>) =>
      FIGURES['loss-by-time']({ ...nothing, runs, ...given })!.finding;
    expect(finding({ comparison: { ...comparison, speedUps } })).toMatch(
      /over all budgets and seeds a step of nGPT takes 1\.6 times as long as one of GPT/,
    );
    expect(finding({})).not.toContain('as long as');
  });
});

describe('α', () => {
  it('has bars around it but where it acts with its sign', () => {
    const signed = model('a', 'ngpt', ({ config }) => ({ config: { ...config, signedAlpha: true } }));
    const titles = (given: NamedModel) =>
      FIGURES['alpha-by-layer']({ ...nothing, models: [given] })!.chart.panels.map(({ title }) => title);
    expect(titles(model('a', 'ngpt'))).toEqual(['|α_A|, attention', '|α_M|, MLP']);
    expect(titles(signed)).toEqual(['α_A, attention', 'α_M, MLP']);
  });

  it('is said to be fixed where it is, as the other scales are', () => {
    const fixed = model('a', 'ngpt', ({ config }) => ({ config: { ...config, sqk: 'fixed' } }));
    const { finding } = FIGURES['scales-by-layer']({ ...nothing, models: [fixed] })!;
    expect(finding).toMatch(/s_qk [^,]* \(fixed\), s_u [\d.]+( to [\d.]+)? and s_v [\d.]+( to [\d.]+)?\.$/);
  });
});
