import { checkOptions } from '../../ngpt/config/option.js';
import { described } from '../../tensor/checks/describe.js';
import { ArgumentError } from '../../tensor/index.js';
import { TRAINING_OPTIONS, type TrainSettings } from './train-settings.js';

/** @throws ArgumentError unless it is an object, ConfigError for the first setting in it that is missing or out of range. */
export function requireSettings(op: string, settings: TrainSettings): void {
  if (typeof settings !== 'object' || settings === null) {
    throw new ArgumentError(
      `${op}: wants settings as trainSettings() makes them, got ${described(settings)}`,
    );
  }
  checkOptions(TRAINING_OPTIONS, settings);
}
