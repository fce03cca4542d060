import { formatDuration } from './format.js';

/** What takes no longer needs no progress. */
const PATIENCE_MS = 5000;
/** From one line to the next. */
const INTERVAL_MS = 15_000;

/** Takes shares of the work, from 0 to 1, and says now and then how far it is: `inspecting: 40 %, 12 s left`. */
export function slowProgress(
  what: string,
  tell: (line: string) => void,
  now: () => number = () => performance.now(),
): (share: number) => void {
  const started = now();
  let due = started + PATIENCE_MS;
  return (share) => {
    const time = now();
    if (share <= 0 || share >= 1 || time < due) return;
    due = time + INTERVAL_MS;
    const left = ((time - started) * (1 - share)) / share;
    tell(`${what}: ${Math.floor(100 * share)} %, about ${formatDuration(left / 1000)} left`);
  };
}
