/** Whether the threads of a run fit into this machine. Explained in docs/memory.md. */
import { totalmem } from 'node:os';
import type { ModelConfig } from '../../ngpt/index.js';
import { ConfigError } from '../../tensor/index.js';
import { estimateMemory } from '../settings/estimate-memory.js';
import type { FittedSettings } from '../settings/fit-memory.js';

/** What this process may use: the machine's, or what its container was given. */
export function availableMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** Whether the threads of a run together find room in this machine. */
export function fitsMachine(
  settings: FittedSettings,
  config: ModelConfig,
  available = availableMemory(),
): boolean {
  return settings.threads * estimateMemory(config, settings, settings) <= available;
}

/** @throws ConfigError for a run whose threads together take more memory than there is. */
export function requireMachineMemory(
  settings: FittedSettings,
  config: ModelConfig,
  available = availableMemory(),
): void {
  if (fitsMachine(settings, config, available)) return;
  const { threads } = settings;
  const each = estimateMemory(config, settings, settings);
  const gibibytes = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  const fewer = Math.floor(available / each);
  throw new ConfigError(
    `training takes ${gibibytes(threads * each)} GiB with threads ${threads}, more than the ${gibibytes(available)} GiB of ` +
      `this machine; ${fewer > 0 ? `at most ${fewer} would do` : 'use a smaller model'}`,
    { settings: ['threads'] },
  );
}
