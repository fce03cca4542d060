/** gpu.js itself, which not everybody has installed. Explained in docs/gpu.md. */
import { BackendError } from '../../../errors.js';

/** What gpu.js exports. */
export type Library = typeof import('gpu.js');

const ADVICE = 'npm install gpu.js adds it';

/**
 * gpu.js, an optional peer of this package: who does not ask for this backend need not have it.
 * @throws BackendError saying how to install it where it is missing, or why it does not load.
 */
export async function loadLibrary(): Promise<Library> {
  try {
    // Within `try`, by which bundlers see that it may be missing.
    return await import('gpu.js');
  } catch (cause) {
    throw libraryError(cause);
  }
}

/** What to throw where importing gpu.js has failed with `cause`. */
export function libraryError(cause: unknown): BackendError {
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  // Of Node; a file within the package may be missing too.
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' && message?.includes("package 'gpu.js'");
  const what = isMissing ? 'is not installed' : `does not load (${message ?? cause})`;
  return new BackendError(`gpu: the optional package gpu.js ${what}; ${ADVICE}`, { cause });
}
