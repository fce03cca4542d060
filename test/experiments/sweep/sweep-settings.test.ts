import { describe, expect, it } from 'vitest';
import { recipeOf } from '../../../src/experiments/runs/recipe.js';
import type { RunSpec } from '../../../src/experiments/runs/run.js';
import { type SweptPlace, variantOf } from '../../../src/experiments/sweep/line.js';
import { sweptSettings } from '../../../src/experiments/sweep/sweep-settings.js';
import { trainSettings } from '../../../src/training/settings/settings.js';
import { property } from '../../helpers/values/draw.js';

const settings = trainSettings({ nEmbd: 32, nHead: 4, nLayer: 3, alphaInit: 0.1, warmupIters: 9 });

function settingsAt(place: SweptPlace, run: Partial<RunSpec> = {}) {
  const spec = { arch: 'ngpt', budget: 10, learningRate: 0.5, seed: 7, ...run } as const;
  return sweptSettings({ ...spec, variant: variantOf(place) }, recipeOf(settings));
}

describe('sweptSettings', () => {
  it('change the width with heads as large as they were, and the rule for it, and nothing else', () => {
    property((draw) => {
      const width = 8 * draw.integer(1, 20);
      const tunedAt = draw.pick(null, 16);
      const { dMlp, ...swept } = settingsAt({ axis: 'width', size: width, tunedAt, alpha: null });
      expect(swept).toEqual({
        ...recipeOf(settings),
        ...{ dMlp: undefined, arch: 'ngpt', maxIters: 10, learningRate: 0.5, seed: 7, batchSeed: 1_000_010 },
        ...{ nEmbd: width, nHead: width / 8, transferWidth: tunedAt ?? 0 },
      });
      // The MLP follows the width.
      expect(dMlp).toBe(null);
    });
  });

  it('change the depth with the first α, and the rule for it', () => {
    const swept = (tunedAt: number | null) => settingsAt({ axis: 'depth', size: 12, tunedAt, alpha: 0.3 });
    expect(swept(null)).toMatchObject({ nLayer: 12, alphaInit: 0.3, transferDepth: 0, nEmbd: 32 });
    expect(swept(3)).toMatchObject({ nLayer: 12, alphaInit: 0.3, transferDepth: 3 });
  });

  it('refuse a width that no heads fit, and a warm-up as long as the run', () => {
    const at = { axis: 'width', size: 20, tunedAt: null, alpha: null } as const;
    expect(() => settingsAt(at)).toThrow('a width of 20 is no multiple of 8, the size of a head');
    expect(() => settingsAt({ ...at, size: 16 }, { budget: 9 })).toThrow(
      'a warm-up of 9 steps does not fit a run of 9',
    );
  });
});
