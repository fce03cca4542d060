/** The settings of runs as words: each option as the command line calls it. */
import { entriesOf } from '../../ngpt/config/option.js';
import type { Architecture } from '../../ngpt/index.js';
import { kebabCase } from '../../training/settings/names.js';
import { TRAINING_OPTIONS, type TrainSettings } from '../../training/settings/train-settings.js';

/** Names and values of those options that the architecture has, in the order of the table. */
export function settingsText(
  arch: Architecture,
  settings: Partial<TrainSettings>,
): (readonly [name: string, value: string])[] {
  return entriesOf(TRAINING_OPTIONS)
    .filter(([name, { only }]) => name in settings && (only === undefined || only.arch === arch))
    .map(([name]) => [kebabCase(name), String(settings[name] ?? 'as default')] as const);
}
