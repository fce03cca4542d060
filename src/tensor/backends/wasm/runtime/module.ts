/** From the generated binaries to a running module. */
import { BackendError } from '../../../errors.js';
import { EXPORT_NAMES, type WasmExports } from './generated-exports.js';
import { declareShared, isShared } from './shared-memory.js';

/**
 * Which build runs: plain SIMD, relaxed SIMD with its fused multiply-add, or the latter with tiles that V8 can make
 * operations of 256 bits of. Wide computes what relaxed SIMD does, bit for bit.
 */
export type WasmMode = 'simd' | 'relaxed-simd' | 'wide';

export const isWasmMode = (text: unknown): text is WasmMode =>
  typeof text === 'string' && Object.hasOwn(BINARIES, text);

/** Loaded one by one: the two that do not run would be half of what a page downloads. */
const BINARIES: Readonly<Record<WasmMode, () => Promise<{ readonly HEX: string }>>> = {
  simd: () => import('./generated-simd.js'),
  'relaxed-simd': () => import('./generated-relaxed-simd.js'),
  wide: () => import('./generated-wide.js'),
};

type Feature = Exclude<WasmMode, 'wide'>;

/** The smallest modules that use each feature: one function of v128 that runs one instruction. */
const PROBES: Readonly<Record<Feature, Uint8Array<ArrayBuffer>>> = {
  // () → i32x4.splat(0)
  simd: Uint8Array.of(
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...[1, 5, 1, 96, 0, 1, 123],
    ...[3, 2, 1, 0],
    ...[10, 8, 1, 6, 0, 65, 0, 253, 17, 11],
  ),
  // (a, b, c) → f32x4.relaxed_madd(a, b, c)
  'relaxed-simd': Uint8Array.of(
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...[1, 8, 1, 96, 3, 123, 123, 123, 1, 123],
    ...[3, 2, 1, 0],
    ...[10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253, 133, 2, 11],
  ),
};

/** True where this engine can run `mode`, fast or not. */
export function supports(mode: WasmMode): boolean {
  const feature = mode === 'wide' ? 'relaxed-simd' : mode;
  return typeof WebAssembly === 'object' && WebAssembly.validate(PROBES[feature]);
}

/** Compiled at most once, for all backends of a thread. */
const compiled = new Map<string, Promise<WebAssembly.Module>>();

function moduleOf(mode: WasmMode, shared: boolean): Promise<WebAssembly.Module> {
  const key = shared ? `${mode}, shared` : mode;
  const module = compiled.get(key) ?? compile(mode, shared);
  compiled.set(key, module);
  return module;
}

async function compile(mode: WasmMode, shared: boolean): Promise<WebAssembly.Module> {
  const binary = decode((await BINARIES[mode]()).HEX);
  return WebAssembly.compile(shared ? declareShared(binary) : binary);
}

/** A loop over the codes of the characters: `parseInt` of every byte takes twice as long, which every start waits for. */
function decode(hex: string): Uint8Array<ArrayBuffer> {
  const digits = new Uint8Array(128);
  for (let digit = 0; digit < 16; digit++) digits[digit.toString(16).charCodeAt(0)] = digit;
  const codes = new TextEncoder().encode(hex);
  const bytes = new Uint8Array(codes.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 16 * digits[codes[2 * i]] + digits[codes[2 * i + 1]];
  return bytes;
}

/**
 * Compiles the build for `mode` and runs it on `memory`, shared with other threads or not; returns its kernels.
 * @throws BackendError where the build lacks any.
 */
export async function instantiate(mode: WasmMode, memory: WebAssembly.Memory): Promise<WasmExports> {
  const { exports } = await WebAssembly.instantiate(await moduleOf(mode, isShared(memory)), {
    env: { memory },
  });
  requireKernels(exports);
  return exports;
}

/**
 * Holds a module to the list that was generated with its types.
 * @throws BackendError naming what is missing or no function.
 */
export function requireKernels(
  exports: WebAssembly.Exports,
): asserts exports is WebAssembly.Exports & WasmExports {
  const missing = EXPORT_NAMES.filter((name) => typeof exports[name] !== 'function');
  if (missing.length === 0) return;
  throw new BackendError(`wasm: the build lacks ${missing.join(', ')}; npm run build:wasm makes it anew`);
}
