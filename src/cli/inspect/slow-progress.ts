import { formatDuration } from '../format.js';

/** What takes no longer needs no progress; and the time between two lines. */
const PATIENCE_MS = 5000;

/** Takes shares of the work, from 0 to 1, and says now and then how far it is: `inspecting: 40 %, 12 s left`. */
export function slowProgress(
  what: string,
  tell: (line: string) => void,
  now: () => number = () => performance.now(),
): (share: number) => void {
  const started = now();
  let told = started;
  return (share) => {
    const time = now();
    if (share <= 0 || share >= 1 || time - told < PATIENCE_MS) return;
    told = time;
    const left = ((time - started) * (1 - share)) / share;
    tell(`${what}: ${Math.floor(100 * share)} %, about ${formatDuration(left / 1000)} left`);
  };
}
