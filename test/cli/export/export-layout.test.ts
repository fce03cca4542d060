import { describe, expect, it } from 'vitest';
import { exportedNotes } from '../../../src/cli/export/export-layout.js';
import type { Checkpoint } from '../../../src/training/checkpoint/checkpoint.js';
import { modelConfigFor, trainSettings } from '../../../src/training/settings/settings.js';

describe('exportedNotes', () => {
  it('tell which settings the released code goes on without', () => {
    const told = (settings: ReturnType<typeof trainSettings>) => {
      const checkpoint = { step: 3, settings, config: modelConfigFor(settings, 65) } as Checkpoint;
      return (['plain', 'released'] as const).map((layout) =>
        exportedNotes('out', layout, checkpoint).at(-1),
      );
    };
    const line = 'The released code knows nothing of --max-angle, --gate and goes on without.';
    expect(told(trainSettings({ gate: 0.5, maxAngle: 0.1 }))).toEqual([line, line]);
    for (const last of told(trainSettings())) expect(last).not.toContain('goes on without');
  });
});
