/** Which build runs: the one asked for, or the best there is. */
import { BackendError } from '../../../errors.js';
import { isWideFaster } from './is-wide-faster.js';
import { isWasmMode, supports, type WasmMode } from './module.js';
import { mayTryWide } from './try-wide.js';

/**
 * The build to run for the option `auto`, `simd`, `relaxed-simd` or `wide`. Who asks for wide by name gets it, however
 * fast it is; `auto` takes it only after `tryWide`, and where it was seen to be faster.
 * @throws BackendError for one the engine lacks, or an unknown one.
 */
export async function chooseMode(requested: string, measure = isWideFaster): Promise<WasmMode> {
  if (requested === 'auto') return bestMode(measure);
  if (!isWasmMode(requested)) {
    throw new BackendError(`wasm: unknown mode '${requested}'; wanted auto, simd, relaxed-simd or wide`);
  }
  if (!supports(requested)) throw new BackendError(`wasm: this engine has no ${requested} for WebAssembly`);
  return requested;
}

async function bestMode(measure: () => Promise<boolean>): Promise<WasmMode> {
  if (!supports('relaxed-simd')) return chooseMode('simd');
  return mayTryWide() && (await measure()) ? 'wide' : 'relaxed-simd';
}
