import { SphereGradError } from '../tensor/index.js';

/** For options and input that cannot be used; 1 is left for what should never happen. */
export const BAD_INPUT = 2;

/**
 * Says what went wrong and sets the exit code: one line for what users can put right, with the stack for a mistake
 * of ours.
 */
export function reportError(error: unknown): void {
  if (error instanceof SphereGradError) {
    process.stderr.write(errorLine(error.message));
    process.exitCode = BAD_INPUT;
    return;
  }
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`ngpt: unexpected error, please report it\n${details}\n`);
  process.exitCode = 1;
}

/** One line, whatever the message: names from a hostile file must not reach the terminal as commands. */
export function errorLine(message: string): string {
  const line = message.trim().replace(/\s*\n\s*/g, ' ');
  return `ngpt: ${line.replace(/\p{Cc}/gu, '\uFFFD')}\n`;
}
