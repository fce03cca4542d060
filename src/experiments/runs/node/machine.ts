/** The machine that a study runs on, and how many runs it takes at once. */
import { availableParallelism, cpus } from 'node:os';
import type { ModelConfig } from '../../../ngpt/index.js';
import { type BackendName, ConfigError } from '../../../tensor/index.js';
import { availableMemory } from '../../../training/node/machine-memory.js';
import { estimateMemory, planOf } from '../../../training/settings/estimate-memory.js';
import { fitMemory } from '../../../training/settings/fit-memory.js';
import type { TrainSettings } from '../../../training/settings/train-settings.js';
import type { Machine } from '../run.js';

/** What a process of Node takes besides tensors. */
const PROCESS_BYTES = 150e6;

/**
 * How many runs go on at once: one for each core, but no more than find room in memory. A GPU takes one.
 * @param models - of the runs there are to make
 * @throws ConfigError for a number that is asked for and will not do.
 */
export function jobsFor(
  asked: number | null,
  backend: BackendName,
  models: readonly { readonly settings: TrainSettings; readonly config: ModelConfig }[],
): number {
  if (backend === 'gpu') {
    if ((asked ?? 1) === 1) return 1;
    throw new ConfigError(`the gpu backend has one run at a time, got jobs ${asked}`, { settings: ['jobs'] });
  }
  if (asked !== null) return asked;
  const largest = Math.max(
    ...models.map(({ settings, config }) =>
      estimateMemory(config, settings, planOf(fitMemory({ ...settings, threads: 1 }, config))),
    ),
  );
  const room = Math.floor(availableMemory() / (largest + PROCESS_BYTES));
  return Math.max(1, Math.min(availableParallelism(), room));
}

export function thisMachine(backend: BackendName, jobs: number): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    node: process.versions.node,
    backend,
    jobs,
  };
}
