/** How much is kept of earlier runs, and what goes first. */
import { ARCHITECTURES } from '../setup/train-settings.js';
import type { RunRecord } from './record.js';

/** Lines of the table. */
export const MOST_RECORDS = 50;
/** States of models: some megabytes each. */
export const MOST_STATES = 5;
/** So many of the latest runs have theirs, however short they are; the rest of the room is for the longest. */
export const LATEST_STATES = 2;

/** The runs that lose their state: of those before the latest ones the shortest, so that a few steps cost nobody a long run. */
export function losingState(records: readonly RunRecord[]): RunRecord[] {
  const older = records.filter(({ states }) => states !== null).slice(LATEST_STATES);
  const steps = ({ states }: RunRecord) =>
    ARCHITECTURES.reduce((sum, arch) => sum + (states?.[arch] ?? 0), 0);
  // Of equally long ones those that were kept last stay first.
  return older.sort((a, b) => steps(b) - steps(a)).slice(MOST_STATES - LATEST_STATES);
}

/** Lines with a state stay, however old they are: nobody would find it without. */
export function withinRoom(records: readonly RunRecord[]): RunRecord[] {
  const bare = records.filter(({ states }) => states === null);
  const gone = new Set(bare.slice(MOST_RECORDS - (records.length - bare.length)));
  return records.filter((record) => !gone.has(record));
}
