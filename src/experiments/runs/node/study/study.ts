/** What the machinery of many runs asks of the question that they answer, such as a comparison. */
import type { TrainSettings } from '../../../../training/settings/train-settings.js';
import type { FinishedRuns, PlannedRun, RunSpec } from '../../run.js';
import type { Setup } from './setup.js';
import type { StudyKind } from './study-file.js';

/** Runs of one kind take as long a step as each other, as far as the machine lets them. */
export interface Kinds {
  readonly names: readonly string[];
  of(run: PlannedRun): string;
  /** Of a step, as a ratio to other kinds: what is known of the time of one tells that of another. */
  cost(kind: string): number;
}

/** `Found` is what the file in its out-dir says. */
export interface Study<Found> {
  readonly setup: Setup;
  readonly kind: StudyKind;
  readonly kinds: Kinds;
  /** All runs that are known by now; what is finished may decide others. */
  runs(finished: FinishedRuns): PlannedRun[];
  /** @throws ConfigError where they do not fit together. */
  settingsOf(run: RunSpec): TrainSettings;
  /** Names of the finished runs whose checkpoint is of use. */
  kept(finished: FinishedRuns): readonly string[];
  found(finished: FinishedRuns): Found;
  /** Whether a run of an earlier call, by its name, would be made here with the settings of today. */
  isOurs(run: RunSpec): boolean;
  /** @throws ConfigError for an out-dir that holds another study, of this kind or another. */
  requireOwn(): Promise<void>;
}
