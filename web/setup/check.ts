/** What a setup has to be, beyond what each of its entries has to be by itself. */
import { ConfigError } from '../../src/tensor/index.js';
import { fitMemory } from '../../src/training/settings/fit-memory.js';
import { modelConfigFor } from '../../src/training/settings/settings.js';
import { SETUP_NAMES, SETUP_OPTIONS } from './options.js';
import type { Setup, SetupBackend, SetupMode } from './setup.js';
import { ARCHITECTURES, trainSettingsOf } from './train-settings.js';

/** What runs on each backend. */
export const MODES: Readonly<Record<SetupBackend, readonly SetupMode[]>> = {
  wasm: ['auto', 'simd', 'relaxed-simd', 'wide'],
  gpu: ['auto', 'webgpu', 'webgl2'],
};

/** @throws ConfigError with one sentence for the first entry that cannot be, naming in `settings` all it is about. */
export function checkSetup(setup: Setup): void {
  for (const name of SETUP_NAMES) checkEntry(setup, name);
  requireText(setup);
  requireMode(setup);
  requirePairs(setup);
  for (const arch of ARCHITECTURES) {
    const settings = trainSettingsOf(setup, arch);
    fitMemory(settings, modelConfigFor(settings, 1));
  }
}

function checkEntry<N extends keyof Setup>(setup: Setup, name: N): void {
  SETUP_OPTIONS[name].check(name, setup[name]);
}

function requireText({ data, ownText }: Setup): void {
  if ((data === 'own') === (ownText !== null)) return;
  const message = data === 'own' ? 'there is no text of your own yet' : `${data} takes no text of your own`;
  throw new ConfigError(message, { settings: ['data', 'ownText'] });
}

function requireMode({ backend, mode }: Setup): void {
  if (MODES[backend].includes(mode)) return;
  throw new ConfigError(`${backend} does not run ${mode}, only ${MODES[backend].join(', ')}`, {
    settings: ['backend', 'mode'],
  });
}

/** The models say so too, but not what a visitor can do about it. */
function requirePairs({ nEmbd, nHead, rope }: Setup): void {
  const size = nEmbd / nHead;
  if (rope === 'none' || !Number.isInteger(size) || size % 2 === 0) return;
  throw new ConfigError(
    `nEmbd/nHead is ${nEmbd}/${nHead} = ${size}, which is odd, and rotary positions turn pairs: ` +
      'set rope to “none”, as the example “toy sphere” does, or change nEmbd or nHead',
    { settings: ['nEmbd', 'nHead', 'rope'] },
  );
}
