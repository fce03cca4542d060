/** The watch behind `detectAnomaly`, which looks at every result of an op or of a derivative for NaN and infinities. */
import { requireSynchronous } from '../tensor/checks/callback.js';
import { isFloat, NumericError, type Tensor } from '../tensor/index.js';

let active = false;

/**
 * Runs `f` and watches every op and every derivative in it: the first to produce a NaN or an infinity ends it
 * with a NumericError that names the op. Slow (each result is read back), so for debugging only. It holds until `f` returns:
 * what happens while a promise that `f` returned is awaited is not watched.
 * @throws ArgumentError for a function that is async, NumericError, and BackendError on a device that cannot be read at once.
 * @example detectAnomaly(() => tensor([-1]).sqrt()) // throws NumericError
 */
export function detectAnomaly<T>(f: () => T): T {
  requireSynchronous('detectAnomaly', f);
  return watching(true, f);
}

/** True inside `detectAnomaly`. */
export function isWatching(): boolean {
  return active;
}

/** Runs `f` unwatched: inside a derivative the derivative as a whole is looked at, not its parts. */
export function unwatched<T>(f: () => T): T {
  return active ? watching(false, f) : f();
}

/** Looks at a result, where `detectAnomaly` is on. @throws NumericError */
export function inspect(what: string, result: Tensor): void {
  if (!active || !isFloat(result.dtype)) return;
  const values = result.dataSync();
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new NumericError(`${what} produced ${values[i]} at element ${i} of [${result.shape.join(', ')}]`);
    }
  }
}

function watching<T>(on: boolean, f: () => T): T {
  const previous = active;
  active = on;
  try {
    return f();
  } finally {
    active = previous;
  }
}
