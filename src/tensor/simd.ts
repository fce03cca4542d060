/** The option `simd`: which build of the wasm backend runs, in words of its own. Everywhere else there is only the mode. */
import type { BackendMode, BackendName, BackendOptions, Simd } from './backend.js';
import { described, shown } from './checks/describe.js';
import { ArgumentError, ConfigError } from './errors.js';

const MODES: Readonly<Record<Simd, BackendMode>> = {
  auto: 'auto',
  wide: 'wide',
  relaxed: 'relaxed-simd',
  plain: 'simd',
};

/** What the option `simd` may be. */
export const SIMD_NAMES = Object.keys(MODES) as readonly Simd[];

/** Options in which `simd` has become the mode. */
export type SettledOptions = Omit<BackendOptions, 'simd'>;

/** @throws ConfigError for `simd` on another backend than wasm, beside another mode, or of an unknown name. */
export function settleSimd(backend: BackendName, given: BackendOptions): SettledOptions {
  if (typeof given !== 'object' || given === null) {
    throw new ArgumentError(`settleSimd: options are an object such as { simd: … }, got ${described(given)}`);
  }
  const { simd, ...options } = given;
  if (simd === undefined || simd === 'auto') return options;
  if (backend !== 'wasm') {
    throw refusal(`simd ${shown(simd)} chooses a build of wasm; leave it out with backend ${shown(backend)}`);
  }
  // From the command line and from JavaScript it may be any text.
  if (typeof simd !== 'string' || !Object.hasOwn(MODES, simd)) {
    throw refusal(`simd must be one of ${SIMD_NAMES.join(', ')}, got ${described(simd)}`);
  }
  const mode = MODES[simd];
  const { mode: asked = 'auto' } = options;
  if (asked !== 'auto' && asked !== mode) {
    throw refusal(`simd ${simd} and mode ${shown(asked)} ask for different builds; give one of them`);
  }
  return { ...options, mode };
}

function refusal(message: string): ConfigError {
  return new ConfigError(message, { settings: ['simd', 'mode', 'backend'] });
}
