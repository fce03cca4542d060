/** What becomes of a run where the engine has no memory that threads can share. */
import type { Notice } from '../files/node/lock/folder-lock.js';
import type { TrainSettings } from '../settings/train-settings.js';

interface Request {
  readonly settings?: Partial<TrainSettings>;
  readonly notice?: Notice;
}

/** Threads exchange all they compute through memory that they share. */
function sharesMemory(): boolean {
  if (typeof SharedArrayBuffer !== 'function') return false;
  try {
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    return buffer instanceof SharedArrayBuffer;
  } catch {
    return false;
  }
}

/** The request for one thread, where the engine has no memory for more of them. More that were asked for are told of. */
export function withinEngine<R extends Request>(request: R, canShare = sharesMemory()): R {
  const { settings = {}, notice } = request;
  const { threads } = settings;
  if (canShare || (threads ?? Number.POSITIVE_INFINITY) <= 1) return request;
  if (threads !== undefined) {
    notice?.(`this engine has no memory that threads share; 1 thread runs instead of ${threads}`);
  }
  return { ...request, settings: { ...settings, threads: 1 } };
}
