/**
 * Memory that threads share. The kernels are the same; only what a module says of the memory it imports differs, by a
 * bit.
 * Explained in docs/learn/13-threads-and-gpu.md.
 */
import { BackendError } from '../../../errors.js';

/** Limits of an imported memory: with a maximum, and the same for a shared one (WebAssembly specification, 5.3.7). */
const HAS_MAXIMUM = 0x01;
const IS_SHARED = 0x02;

/** The import as it stands in the binary: module `env`, name `memory`, kind memory. */
const IMPORT = [3, ...ascii('env'), 6, ...ascii('memory'), 2];

/** As small as it may be, and to grow to all that 32 bits can address. */
const PAGES = { initial: 16, maximum: 65_536 };

/**
 * Memory for a backend whose buffers other threads are to see: `init('wasm', { memory })` in the one, the memory sent to
 * the others, which view it at `backend.shared.address(buffer)`.
 * @throws BackendError where the system has no room for it.
 */
export function createSharedMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ ...PAGES, shared: true });
  } catch (cause) {
    throw new BackendError(
      'wasm: there is no room for the memory of a thread, which reserves 4 GiB of addresses; use fewer threads',
      { cause },
    );
  }
}

/** Whether this is memory that other threads can be given. */
export function isShared(memory: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer === 'function' && memory.buffer instanceof SharedArrayBuffer;
}

/**
 * A copy of the binary that imports shared memory.
 * @throws BackendError for a binary that imports no memory with a maximum.
 */
export function declareShared(binary: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(binary);
  const limits = indexOf(copy, IMPORT) + IMPORT.length;
  if (limits < IMPORT.length || copy[limits] !== HAS_MAXIMUM) {
    throw new BackendError(
      'wasm: the build imports no memory with a maximum; npm run build:wasm makes it anew',
    );
  }
  copy[limits] |= IS_SHARED;
  return copy;
}

function indexOf(bytes: Uint8Array, pattern: readonly number[]): number {
  const isHere = (start: number) => pattern.every((byte, i) => bytes[start + i] === byte);
  return bytes.findIndex((_, start) => isHere(start));
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
