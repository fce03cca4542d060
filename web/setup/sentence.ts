import { ConfigError } from '../../src/tensor/index.js';
import { SETUP_OPTIONS } from './options.js';
import type { Setup } from './setup.js';

/** What an error says, with settings called as the page calls them: `layers` for `nLayer`. */
export function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ConfigError)) return message;
  return error.settings.reduce(
    // Not within a longer name.
    (text, name) => text.replace(new RegExp(`(?<![\\w-])${name}(?![\\w-])`, 'g'), labelOf(name)),
    message,
  );
}

function labelOf(name: string): string {
  return Object.hasOwn(SETUP_OPTIONS, name) ? SETUP_OPTIONS[name as keyof Setup].label : name;
}
