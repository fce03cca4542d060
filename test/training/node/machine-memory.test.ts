import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/index.js';
import { requireMachineMemory } from '../../../src/training/node/machine-memory.js';
import { estimateMemory } from '../../../src/training/settings/estimate-memory.js';
import { modelConfigFor, trainSettings } from '../../../src/training/settings/settings.js';

describe('requireMachineMemory', () => {
  const settings = { ...trainSettings(), gradAccumulation: 1, recompute: false, threads: 4 };
  const config = modelConfigFor(settings, 65);
  const each = estimateMemory(config, settings, settings);

  it('counts all threads', () => {
    expect(() => requireMachineMemory(settings, config, 4 * each)).not.toThrow();
    expect(() => requireMachineMemory(settings, config, 4 * each - 1)).toThrow(
      /^training takes 0\.1 GiB with threads 4, more than the 0\.1 GiB of this machine; at most 3 would do$/,
    );
    expect(() => requireMachineMemory(settings, config, each - 1)).toThrow(/; use a smaller model$/);
  });

  it('takes what the machine has', () => {
    expect(() => requireMachineMemory(settings, config)).not.toThrow();
    const many = { ...settings, threads: 1e6, batchSize: 1e6 };
    expect(() => requireMachineMemory(many, config)).toThrow(ConfigError);
  });
});
