/** Random data of reports, with edges: one point, equal values, nothing finite, one layer, no seeds, hostile names. */

import type {
  BestResult,
  BoundedNumber,
  Comparison,
  Spread as SeedSpread,
} from '../../src/experiments/compare/comparison.js';
import type {
  Distribution,
  EmbeddingReport,
  LayerMatrices,
  MatrixReport,
  ModelReport,
  Spread,
} from '../../src/experiments/inspect/model-report.js';
import type {
  FigureData,
  NamedLengths,
  NamedModel,
  RunHistory,
} from '../../src/experiments/report/figure.js';
import { type ComparedRun, type Recipe, runName } from '../../src/experiments/runs/run.js';
import { SweepPlanner } from '../../src/experiments/sweep/planner.js';
import type { SizeSweep, SweepPlan } from '../../src/experiments/sweep/sweep.js';
import { type Architecture, modelConfig } from '../../src/ngpt/index.js';
import { trainSettings } from '../../src/training/settings/settings.js';
import { Draw } from './values/draw.js';

/** Names that would be markup, break out of an attribute, or have no place in XML. */
export const HOSTILE = [
  '</svg><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  '&amp;<b>&lt;',
  'http://example.com/<x y="#0072b2">',
  ']]><!-- \u0000\u0001\ud800 -->',
  '',
  'ein sehr langer Name '.repeat(20),
];

/** What a page says, without its tags. */
export function wordsOf(page: string): string {
  return page.replace(/<[^>]*>/g, '');
}

/** How wild numbers get. */
export type Wildness = 'tame' | 'wild';

export class ReportDraw extends Draw {
  constructor(
    seed: number,
    readonly wildness: Wildness = 'wild',
  ) {
    super(seed);
  }

  private get isWild(): boolean {
    return this.wildness === 'wild';
  }

  name(): string {
    return this.isWild && this.integer(0, 2) === 0
      ? this.pick(...HOSTILE)
      : this.pick('nGPT', 'GPT', 'a run');
  }

  arch(): Architecture {
    return this.pick('ngpt', 'gpt');
  }

  /** Around 1, or an edge. */
  number(): number {
    const value = Math.abs(this.numbers([1])[0]) + 0.1;
    if (!this.isWild) return value;
    return this.integer(0, 2) === 0 ? this.edgy([1])[0] : value * this.pick(1, 1, 1e-12, 1e12);
  }

  orNull(): number | null {
    return this.isWild && this.integer(0, 3) === 0 ? null : this.number();
  }

  list<T>(make: (i: number) => T, least = this.isWild ? 0 : 2, most = 4): T[] {
    return Array.from({ length: this.integer(least, most) }, (_, i) => make(i));
  }

  data(): FigureData {
    return {
      runs: this.list(() => this.run()),
      models: this.list(() => this.model()),
      lengths: this.list(() => this.lengths()),
      comparison: this.isWild && this.integer(0, 3) === 0 ? null : this.comparison(),
      sweep: this.isWild && this.integer(0, 3) === 0 ? null : this.sweep(),
    };
  }

  run(): RunHistory {
    const steps = this.list((i) => ({ step: i + 1, loss: this.number(), learningRate: this.number() }));
    const evaluations = this.list((i) => ({
      ...{ step: 10 * i, trainLoss: this.number(), valLoss: this.number() },
      ...{ seconds: this.number(), maxNormError: this.orNull() },
    }));
    return {
      ...{ name: this.name(), arch: this.arch(), tokensPerStep: this.integer(1, 1000) },
      ...{ steps, stepsPerPoint: this.integer(1, 3), evaluations, msPerStep: this.orNull() },
    };
  }

  spread(): Spread {
    const [min, mean, max] = [this.number(), this.number(), this.number()].sort((a, b) => a - b);
    return { min, mean, max };
  }

  distribution(): Distribution {
    const spread = this.spread();
    const bins = this.integer(1, 4);
    const edges = Array.from(
      { length: bins + 1 },
      (_, i) => spread.min + ((spread.max - spread.min) * i) / bins,
    );
    return { ...spread, histogram: { edges, counts: edges.slice(1).map(() => this.integer(0, 5)) } };
  }

  model(): NamedModel {
    const arch = this.arch();
    const layers = this.integer(this.isWild ? 0 : 1, 3);
    const heads = this.integer(1, 2);
    const perLayer = <T>(make: () => T): T[] => Array.from({ length: layers }, make);
    const config = { ...modelConfig({ vocabSize: 10, blockSize: 8, nLayer: 1, nHead: 1, nEmbd: 4 }), arch };
    const embedding = (): EmbeddingReport => ({
      ...{ norms: this.distribution(), cosines: this.integer(0, 3) === 0 ? null : this.distribution() },
      ...{ sampled: 10, eigenvalues: this.list(() => this.number()) },
    });
    const matrix = (parts: number): MatrixReport => ({
      conditionNumber: this.orNull(),
      conditionNumbers: Array.from({ length: parts }, () => this.orNull()),
      singularValues: Array.from({ length: parts }, () => this.list(() => this.number())),
    });
    const matrices = (): LayerMatrices => ({
      ...{ query: matrix(heads), key: matrix(heads), value: matrix(heads), attentionOutput: matrix(heads) },
      ...{ mlpU: matrix(1), mlpV: matrix(1), mlpOutput: matrix(1) },
    });
    const layerScales = () => ({
      ...{ attentionAlpha: this.distribution(), mlpAlpha: this.distribution() },
      ...{ sqk: this.distribution(), su: this.distribution(), sv: this.distribution() },
    });
    const report: ModelReport = {
      ...{ event: 'inspect', version: 1, checkpoint: this.name(), step: 10, parameters: 100, config },
      scales: arch === 'ngpt' ? { layers: perLayer(layerScales), sz: this.distribution() } : null,
      embeddings: { input: embedding(), output: this.integer(0, 2) === 0 ? null : embedding() },
      matrices: perLayer(matrices),
      hidden: {
        ...{ data: this.name(), blocks: 1, blockSize: 8, seed: 1 },
        norms: [this.spread(), ...perLayer(() => this.spread())],
        layers: perLayer(() => ({
          ...{ attentionAngle: this.spread(), mlpAngle: this.spread(), blockAngle: this.spread() },
          firstTokenShare:
            this.integer(0, 3) === 0 ? null : Array.from({ length: heads }, () => this.number()),
        })),
        evenFirstTokenShare: this.number(),
      },
    };
    return { name: this.name(), report };
  }

  lengths(): NamedLengths {
    const sizes = this.list(
      (i) => ({
        ...{ blockSize: 8 << i, loss: this.number() },
        buckets: this.list((j) => ({ from: j === 0 ? 0 : 4 << j, to: 8 << j, loss: this.number() })),
      }),
      1,
    );
    return { name: this.name(), arch: this.arch(), trainedLength: 8, sizes };
  }

  comparison(): Comparison {
    const budgets = this.list((i) => 100 << i, 1, 3);
    const seeds = this.list((i) => 1 + i, this.isWild ? 0 : 2, 3);
    const both = ['ngpt', 'gpt'] as const;
    const settings = trainSettings();
    const bounded = (): BoundedNumber => ({
      bound: this.pick('exact', 'more', 'less'),
      value: this.number(),
    });
    const best = both.flatMap((arch) =>
      budgets.map((budget) => ({
        ...{
          arch,
          budget,
          learningRate: 0.01,
          edge: this.pick<BestResult['edge']>('inside', 'low', 'high', 'only'),
        },
        ...{ valLoss: this.integer(0, 3) === 0 ? null : this.seedSpread(), msPerStep: this.number() },
      })),
    );
    return {
      ...{ format: 'spheregrad-comparison', version: 1, time: '2026-11-28T06:00:00.000Z' },
      machine: { cpu: this.name(), cores: 2, node: 'v20', backend: 'wasm', jobs: 1 },
      data: { name: this.name(), trainTokens: 100, valTokens: 10, vocabSize: 10, crc32: '00000000' },
      recipes: { ngpt: settings as Recipe, gpt: settings as Recipe },
      plan: {
        ...{ budgets: { ngpt: budgets, gpt: budgets }, learningRates: { ngpt: [0.01], gpt: [0.01] }, seeds },
        ...{ ablations: [], ablationLearningRates: null, extend: false, scaleWarmup: false },
      },
      runs: both.flatMap((arch) =>
        budgets.flatMap((budget) => seeds.map((seed) => this.comparedRun(arch, budget, seed))),
      ),
      missing: 0,
      best,
      speedUps: budgets.map((budget) => ({
        ...{ budget, loss: this.number(), gptSteps: bounded(), inSteps: bounded(), inTokens: bounded() },
        ...{ inSeconds: bounded(), bySeed: seeds.map((seed) => ({ ...bounded(), seed })) },
      })),
      ablations: this.list((i) => ({
        ...{ name: `${this.name()} ${i}`, sentence: this.name(), budget: 100, learningRate: 0.01 },
        edge: this.pick(null, 'inside', 'low', 'high', 'only'),
        ...{ valLoss: this.seedSpread(), percent: this.integer(0, 3) === 0 ? null : this.seedSpread() },
        paper: this.integer(0, 1) === 0 ? null : { percent: this.number(), source: this.name() },
      })),
    };
  }

  sweep(): SizeSweep {
    const plan: SweepPlan = {
      ...{
        axis: this.pick('width', 'depth'),
        sizes: [8, 16, 32],
        base: this.pick(8, 16),
        values: [0.5, 1, 2],
      },
      ...{ budget: 100, seed: 1, learningRate: this.pick(null, 0.01), extend: this.pick(true, false) },
    };
    const finished = new Map<string, ComparedRun>();
    for (const run of new SweepPlanner(plan, finished).runs()) {
      if (this.isWild && this.integer(0, 4) === 0) continue;
      const valLoss = this.orNull();
      finished.set(runName(run), { ...this.comparedRun('ngpt', 100, 1), ...run, valLoss });
    }
    const { machine, data, recipes } = this.comparison();
    const planner = new SweepPlanner(plan, finished);
    return {
      ...{ format: 'spheregrad-sweep', version: 1, time: '2026-11-28T06:00:00.000Z', machine, data },
      ...{ recipe: recipes.ngpt, plan, runs: planner.finishedRuns(), missing: 0, lines: planner.results() },
    };
  }

  private comparedRun(arch: Architecture, budget: number, seed: number): ComparedRun {
    const { evaluations } = this.run();
    return {
      ...{ name: this.name(), arch, variant: null, budget, learningRate: 0.01, seed, valLoss: this.orNull() },
      ...{
        diverged: null,
        steps: budget,
        tokens: budget * 8,
        seconds: this.number(),
        msPerStep: this.number(),
      },
      ...{ parameters: 100, mode: 'simd', evaluations, maxNormError: this.orNull(), outDir: 'runs/a' },
      hasCheckpoint: false,
    };
  }

  private seedSpread(): SeedSpread {
    const { min: lowest, mean, max: highest } = this.spread();
    return { lowest, mean, highest, deviation: this.orNull(), count: this.integer(1, 3) };
  }
}
