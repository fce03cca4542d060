/** Which build runs: the one asked for, or the best there is. */
import { shown } from '../../../checks/describe.js';
import { BackendError } from '../../../errors.js';
import { isWideFaster } from './is-wide-faster.js';
import { isWasmMode, supports, type WasmMode } from './module.js';
import type { OpenBuild } from './self-check/self-check.js';
import { mayTryWide } from './try-wide.js';

/** What is asked of the engine. */
export interface Engine {
  supports(mode: WasmMode): boolean;
  isWideFaster(): Promise<boolean>;
}

/**
 * The build to run for the option `auto`, `simd`, `relaxed-simd` or `wide`. Who asks for wide by name gets it, however
 * fast it is; `auto` takes it only after `tryWide`, where it was seen to be faster and, opened by `open`, passes its
 * self-check.
 * @throws BackendError for one the engine lacks, or an unknown one.
 */
export async function chooseMode(
  requested: string,
  open: OpenBuild,
  engine: Engine = { supports, isWideFaster },
): Promise<WasmMode> {
  if (requested === 'auto') return bestMode(open, engine);
  if (!isWasmMode(requested)) {
    throw new BackendError(
      `wasm: unknown mode '${shown(requested)}'; wanted auto, simd, relaxed-simd or wide`,
    );
  }
  if (engine.supports(requested)) return requested;
  const rest = requested === 'simd' ? '' : '; auto takes the best there is';
  throw new BackendError(`wasm: this engine has no ${requested} for WebAssembly${rest}`);
}

async function bestMode(open: OpenBuild, engine: Engine): Promise<WasmMode> {
  if (!engine.supports('relaxed-simd')) return chooseMode('simd', open, engine);
  const warn = mayTryWide();
  if (warn === null || !(await engine.isWideFaster())) return 'relaxed-simd';
  // Loaded where there is something to check. The product is now in the code that the engine has optimized for it.
  const { isWideSound } = await import('./self-check/self-check.js');
  return (await isWideSound(open, warn)) ? 'wide' : 'relaxed-simd';
}
