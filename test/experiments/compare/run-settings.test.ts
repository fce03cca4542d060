import { describe, expect, it } from 'vitest';
import { ABLATION_TABLE, changesNothing, changesOf } from '../../../src/experiments/compare/ablations.js';
import { runSettings, settingsFor } from '../../../src/experiments/compare/run-settings.js';
import { recipeOf } from '../../../src/experiments/runs/recipe.js';
import type { RunSpec } from '../../../src/experiments/runs/run.js';
import { trainSettings } from '../../../src/training/settings/settings.js';
import { property } from '../../helpers/values/draw.js';

const RECIPES = { ngpt: recipeOf(trainSettings()), gpt: recipeOf(trainSettings({ arch: 'gpt' })) };
const RUN: RunSpec = { arch: 'ngpt', variant: null, budget: 2000, learningRate: 0.01, seed: 7 };

describe('settingsFor', () => {
  it('gives both what both have, and one what it is given alone', () => {
    const own = { ngpt: { warmupIters: 3 }, gpt: { nEmbd: 64, minLr: 0 } };
    const asked = { both: { nEmbd: 32, nHead: 2, qkNorm: false, minLr: 0.001 }, own };
    expect(settingsFor('ngpt', asked)).toMatchObject({
      nEmbd: 32,
      qkNorm: false,
      warmupIters: 3,
      minLr: 0.001,
    });
    // The baseline has no such switch: that of nGPT passes it by.
    expect(settingsFor('gpt', asked)).toMatchObject({ nEmbd: 64, qkNorm: true, warmupIters: 100, minLr: 0 });
    expect(settingsFor('gpt', { both: {}, own: { ngpt: {}, gpt: {} } }, 'shakespeare')).toMatchObject({
      ...{ arch: 'gpt', nLayer: 6, learningRate: 1e-3 },
    });
  });

  it('refuses what one does not have, if it is for that one alone', () => {
    const own = { ngpt: {}, gpt: { qkNorm: false } };
    expect(() => settingsFor('gpt', { both: {}, own })).toThrow('qkNorm is for ngpt only');
  });
});

describe('runSettings', () => {
  it('draws the same batches for all runs of a seed, and others for another', () => {
    property((draw) => {
      const seed = draw.integer(0, 2 ** 31);
      const settings = (run: Partial<RunSpec>) => runSettings({ ...RUN, seed, ...run }, RECIPES, false);
      const { batchSeed } = settings({});
      expect(batchSeed).not.toBe(seed);
      for (const run of [
        { arch: 'gpt' },
        { variant: 'no-qk-norm' },
        { budget: 300 },
        { learningRate: 1 },
      ] as const) {
        expect(settings(run)).toMatchObject({ batchSeed, seed });
      }
      expect(settings({ seed: seed + 1 }).batchSeed).not.toBe(batchSeed);
    });
    expect(runSettings({ ...RUN, seed: Number.MAX_SAFE_INTEGER }, RECIPES, false).batchSeed).toBe(1_000_003);
  });

  it('is a schedule of its own for each budget, after a warm-up that fits or is shortened if that is asked for', () => {
    const gpt = { ...RUN, arch: 'gpt' } as const;
    expect(runSettings(gpt, RECIPES, false)).toMatchObject({ maxIters: 2000, warmupIters: 100 });
    expect(runSettings({ ...gpt, budget: 500 }, RECIPES, true)).toMatchObject({
      maxIters: 500,
      warmupIters: 50,
    });
    expect(() => runSettings({ ...gpt, budget: 100 }, RECIPES, false)).toThrow(
      'does not fit a budget of 100 steps',
    );
    expect(runSettings({ ...gpt, budget: 101 }, RECIPES, false).warmupIters).toBe(100);
  });

  it('trains on one thread, to the end, whatever was asked for', () => {
    const settings = trainSettings({ threads: 4, maxMinutes: 3, earlyStopping: 2, batchSize: 12 });
    const recipes = { ...RECIPES, ngpt: recipeOf(settings) };
    expect(runSettings(RUN, recipes, false)).toMatchObject({ threads: 1, maxMinutes: 0, earlyStopping: 0 });
  });
});

describe('ABLATION_TABLE', () => {
  it('has only settings that a run may have, and that are others than the recipe has', () => {
    expect(ABLATION_TABLE.size).toBeGreaterThan(3);
    for (const [name, { sentence, paper }] of ABLATION_TABLE) {
      const changes = changesOf(name, RECIPES, RUN.budget);
      const settings = runSettings({ ...RUN, variant: name }, RECIPES, false);
      expect([name, Object.keys(changes).length > 0]).toEqual([name, true]);
      const recipe: object = runSettings(RUN, RECIPES, false);
      expect([name, settings]).toEqual([name, { ...recipe, ...changes }]);
      expect([name, settings]).not.toEqual([name, recipe]);
      expect(name).toMatch(/^[a-z0-9.]+(-[a-z0-9.]+)*$/);
      expect(sentence).toMatch(/[^.]$/);
      if (paper !== undefined) expect(paper.source).toMatch(/^(table|figure|appendix) /);
    }
  });
});

describe('changesNothing', () => {
  it.each([...ABLATION_TABLE.keys()])('is true of %s where the recipe has it already', (name) => {
    expect(changesNothing(name, RECIPES, 2000)).toBe(false);
    const recipes = { ...RECIPES, ngpt: { ...RECIPES.ngpt, ...changesOf(name, RECIPES, 2000) } };
    expect(changesNothing(name, recipes, 2000)).toBe(true);
  });
});
