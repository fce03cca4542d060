import { setFlagsFromString } from 'node:v8';

/**
 * Lets the wasm backend find relaxed SIMD (fused multiply-add) on Node 20 and 21, where V8 has it behind a flag; later
 * versions have it on. Call it before the backend is made; threads started afterwards inherit it.
 */
export function allowRelaxedSimd(): void {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
}
