/** The fastest kernels that this Node can run. */
import { setFlagsFromString } from 'node:v8';
import { requireFunction } from '../../tensor/checks/values.js';
import {
  type Backend,
  BackendError,
  type BackendName,
  type BackendOptions,
  type createBackend,
  init,
  tryWide,
} from '../../tensor/index.js';
import { settleSimd } from '../../tensor/simd.js';
import { allowRelaxedSimd } from './relaxed-simd.js';

/**
 * Whether there is a point in the wide build: since Node 24, V8 pairs vectors of 128 bits to 256 where it is told to, on
 * x64 only. Node 22 has the flag and does not.
 */
export function canPairVectors(): boolean {
  return Number(process.versions.node.split('.')[0]) >= 24 && process.arch === 'x64';
}

/**
 * Lets `init('wasm')` find the fastest build: relaxed SIMD on Node 20 and 21, and on Node 24 and later the wide one, where
 * a measurement of some 10 ms shows that it is faster. Call it before anything is computed, since V8 leaves what it has
 * compiled as it is. Threads of the process have V8's flags from it, and call it to choose for themselves.
 * The wide build proves itself first: each of its kernels is held to the relaxed one, bit for bit. Where it fails, `warn`
 * is told so in one line, by default on the console, and the relaxed one runs.
 */
export function allowFastSimd(warn?: (line: string) => void): void {
  if (warn !== undefined) requireFunction('allowFastSimd', 'warn', warn);
  allowRelaxedSimd();
  if (!canPairVectors()) return;
  setFlagsFromString('--experimental-wasm-revectorize');
  tryWide(warn);
}

/**
 * `start`, by default `init`, with the fastest build allowed. The mode `wide` is measured as `auto` is; where it is not
 * faster, the next best runs and `notice` is told so.
 * @throws BackendError for the mode `wide` where this Node has none, and whatever `start` does.
 */
export async function startFast(
  name: BackendName,
  options: BackendOptions,
  notice: (line: string) => void,
  start: typeof createBackend = init,
): Promise<Backend> {
  requireFunction('startFast', 'notice', notice);
  requireFunction('startFast', 'start', start);
  let hasFailed = false;
  allowFastSimd((line) => {
    hasFailed = true;
    notice(line);
  });
  const settled = settleSimd(name, options);
  if (name !== 'wasm' || settled.mode !== 'wide') return start(name, settled);
  if (!canPairVectors()) {
    throw new BackendError(
      `wasm: wide wants Node 24 or later on x64, this is Node ${process.versions.node} on ${process.arch}; auto takes the best there is`,
    );
  }
  const backend = await start(name, { ...settled, mode: 'auto' });
  if (backend.mode !== 'wide' && !hasFailed)
    notice(`wasm: wide is not faster here, ${backend.mode} runs instead`);
  return backend;
}
