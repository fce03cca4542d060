/** Numbers as people read them. */

/** 1,234,567 */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** 1 step, 1,200 steps */
export function formatSteps(steps: number): string {
  return `${formatCount(steps)} ${steps === 1 ? 'step' : 'steps'}`;
}

/** Nats with four digits after the point. */
export function formatLoss(loss: number): string {
  return loss.toFixed(4);
}

/** 7 MB, 1,234 MB: millions of bytes */
export function formatBytes(bytes: number): string {
  return `${formatCount(Math.ceil(bytes / 1e6))} MB`;
}

/** 42 s, 3 min 05 s, 2 h 07 min */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}
