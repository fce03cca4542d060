/** How large the models of a setup are, in words, before anything is loaded for them. */
import { estimateMemory } from '../../src/training/settings/estimate-memory.js';
import { fitMemory } from '../../src/training/settings/fit-memory.js';
import { modelConfigFor } from '../../src/training/settings/settings.js';
import { matrixParameters } from '../../src/training/settings/size.js';
import type { Setup } from './setup.js';
import { trainSettingsOf } from './train-settings.js';

/** Of a usual text; the real number is known only when it has been read, and hardly matters. */
const CHARACTERS = 70;

/** Operations of a parameter for each character that a step learns from: twice for the losses, four times for the gradients. */
const OPERATIONS = 6;

/** What a thread does of them in a second, about: a warning need not be right to a digit. */
const SPEED = 2e10;

/** Seconds a step from which on a page is no fun. */
const SLOW = 1;

export interface Size {
  readonly sentence: string;
  /** More than a page does in comfort. */
  readonly isLarge: boolean;
}

/** @throws ConfigError for a setup that cannot be. */
export function sizeOf(setup: Setup): Size {
  const settings = trainSettingsOf(setup, 'ngpt');
  const config = modelConfigFor(settings, CHARACTERS);
  const parameters = matrixParameters(config);
  const seconds = (OPERATIONS * parameters * setup.batchSize * setup.blockSize) / SPEED;
  const sentence = `Each model has about ${rounded(parameters)} parameters.`;
  if (seconds < SLOW) return { sentence, isLarge: false };
  const memory = estimateMemory(config, settings, fitMemory(settings, config));
  return {
    sentence:
      `${sentence} That is much for a page: loading may take long, each step about ${rounded(seconds)} seconds, ` +
      `and each model about ${rounded(memory / 2 ** 20)} MiB of memory.`,
    isLarge: true,
  };
}

/** Two digits say enough: `160,000`, `200 million`. */
function rounded(x: number): string {
  const value = Number(x.toPrecision(2));
  return value < 1e6 ? value.toLocaleString('en') : `${(value / 1e6).toLocaleString('en')} million`;
}
