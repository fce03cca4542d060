import { describe, expect, it } from 'vitest';
import { lostSettings } from '../../../src/training/released/arguments.js';
import { trainSettings } from '../../../src/training/settings/settings.js';

describe('lostSettings', () => {
  it('are those of the optimization that the released code has not, where they are no defaults', () => {
    const expressed = {
      weightDecay: 0.1,
      warmupIters: 3,
      beta1: 0.5,
      gradClip: 2,
      minLr: 1e-3,
      transferDepth: 2,
    };
    for (const arch of ['ngpt', 'gpt'] as const) expect(lostSettings(trainSettings({ arch }))).toEqual([]);
    expect(lostSettings(trainSettings(expressed))).toEqual([]);
    const lost = {
      lrDecay: 'linear',
      riemannian: true,
      maxAngle: 1,
      gate: 1,
      logitPreconditioning: 1,
    } as const;
    const all = trainSettings({ ...expressed, ...lost, transferWidth: 8, transferTokens: 9 });
    expect(lostSettings(all).sort()).toEqual(
      [...Object.keys(lost), 'transferWidth', 'transferTokens'].sort(),
    );
  });
});
