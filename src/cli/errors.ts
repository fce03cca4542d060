/** Errors at the terminal: in one line, with settings called as their options are. */
import type { Option } from 'commander';
import { ConfigError, SphereGradError } from '../tensor/index.js';

/** For options and input that cannot be used; 1 is left for what should never happen. */
export const BAD_INPUT = 2;

/**
 * Calls settings by the names they have on the command line: nEmbd becomes --n-embd, and a switch with its value what
 * people type, --qk-norm or --no-qk-norm. Those that are none of `options` keep their own.
 */
export function describeError(error: Error, options: readonly Option[]): string {
  if (!(error instanceof ConfigError)) return error.message;
  return error.settings.reduce((message, setting) => {
    const named = options.filter((each) => each.attributeName() === setting);
    const flag = named.find(({ negate }) => !negate)?.long;
    const off = named.find(({ negate }) => negate)?.long;
    if (!flag) return message;
    const typed = off ? withSwitch(message, setting, flag, off) : message;
    // Not within a longer name, as relaxed-simd is, nor where it was called so already.
    return typed.replace(new RegExp(`(?<![\\w-])${setting}(?![\\w-])`, 'g'), flag);
  }, error.message);
}

/** A switch has no value to be typed. */
function withSwitch(message: string, setting: string, on: string, off: string): string {
  return message.replace(new RegExp(`\\b(${setting} )?(true|false)\\b`, 'g'), (_, _name, value) =>
    value === 'true' ? on : off,
  );
}

/**
 * Says what went wrong and sets the exit code: one line for what users can put right, with the stack for a mistake
 * of ours. `options` are those of the command.
 */
export function reportError(error: unknown, options: readonly Option[]): void {
  if (error instanceof SphereGradError) {
    process.stderr.write(errorLine(describeError(error, options)));
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
