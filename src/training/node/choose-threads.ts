import { availableParallelism } from 'node:os';
import type { ModelConfig } from '../../ngpt/index.js';
import { type BackendName, ConfigError } from '../../tensor/index.js';
import { fitMemory } from '../settings/fit-memory.js';
import { matrixParameters } from '../settings/size.js';
import type { TrainSettings } from '../settings/train-settings.js';
import { fitsMachine } from './machine-memory.js';

/** A thread with less to multiply and add in a step, some milliseconds, would rather wait than help. */
const ENOUGH = 2e8;

/**
 * The settings with `threads` chosen where they are null: on wasm one for each core, but no more than there is work for,
 * and room in memory; the other backends train on one.
 */
export function withThreads(
  settings: TrainSettings,
  config: ModelConfig,
  backend: BackendName,
  cores = availableParallelism(),
): TrainSettings {
  if (settings.threads !== null) return settings;
  const { batchSize, blockSize, gradAccumulation } = settings;
  // Forward and backward, three products of every token with every matrix.
  const work = 3 * matrixParameters(config) * batchSize * blockSize;
  const shares = Math.min(Math.floor(batchSize / (gradAccumulation ?? 1)), Math.floor(work / ENOUGH));
  const most = backend === 'wasm' ? Math.min(cores, shares) : 1;
  for (let threads = most; threads > 1; threads--) {
    if (hasRoom({ ...settings, threads }, config)) return { ...settings, threads };
  }
  return { ...settings, threads: 1 };
}

function hasRoom(settings: TrainSettings, config: ModelConfig): boolean {
  try {
    return fitsMachine(fitMemory(settings, config), config);
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
