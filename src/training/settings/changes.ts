/** What a run that goes on does otherwise than before. */
import { entriesOf } from '../../ngpt/config/option.js';
import { kebabCase } from './names.js';
import { OPTIMIZATION_OPTIONS } from './optimization.js';
import type { TrainSettings } from './train-settings.js';

/** What decides the steps to come. How many there are, and how they are watched and shared out, is no change of the run. */
const DECISIVE: readonly (keyof TrainSettings)[] = [
  ...entriesOf(OPTIMIZATION_OPTIONS).map(([name]) => name),
  ...(['batchSize', 'seed', 'batchSeed'] as const),
];

/** As the command line calls them; null where there is none. */
export function changedSettings(before: TrainSettings, now: TrainSettings): string | null {
  const changes = DECISIVE.filter((name) => before[name] !== now[name]).map(
    (name) => `${kebabCase(name)} ${now[name] ?? 'as default'} in place of ${before[name] ?? 'the default'}`,
  );
  return changes.length === 0 ? null : `other than in the run that is resumed: ${changes.join(', ')}`;
}
