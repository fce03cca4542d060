/** What sets a setup apart, in words. */
import { DEFAULT_SETUP, SETUP_NAMES, SETUP_OPTIONS } from '../../setup/options.js';
import type { Setup } from '../../setup/setup.js';

/**
 * What differs from the defaults.
 * @example differences({ ...DEFAULT_SETUP, nLayer: 4 }) // 'layers 4'
 */
export function differences(setup: Setup): string {
  const parts = SETUP_NAMES.filter((name) => name !== 'steps' && SETUP_OPTIONS[name].control.kind !== 'none')
    .filter((name) => setup[name] !== DEFAULT_SETUP[name])
    .map((name) => `${SETUP_OPTIONS[name].label} ${words(name, setup)}`);
  return parts.length === 0 ? 'the defaults' : parts.join(', ');
}

function words(name: keyof Setup, setup: Setup): string {
  const { control } = SETUP_OPTIONS[name];
  if (control.kind === 'choice') return (control.choices as Record<string, string>)[String(setup[name])];
  if (control.kind === 'switch') return setup[name] ? 'on' : 'off';
  return String(setup[name]);
}
