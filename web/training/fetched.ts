/** Parts of the program and of the data that are fetched only when something needs them. */
import { BackendError } from '../../src/tensor/index.js';

/** What Chromium, Firefox and Safari say of a module that cannot be had; nothing but their words tells it apart. */
const NOT_FETCHED = /dynamically imported module|importing a module script failed/i;

/** What can be done about it. */
const OFFLINE = 'maybe this machine is offline; once it is not, “Begin again” begins anew';

/** Said where the worker itself cannot be had. */
export const NO_WORKER = `its worker could not be started: ${OFFLINE}`;

/**
 * What `loading` gives.
 * @throws BackendError in words that help where a part of it could not be fetched, and whatever else goes wrong with it
 */
export async function fetched<T>(loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (error) {
    if (!isOfFetching(error)) throw error;
    throw new BackendError(`a part of this page that this setup needs could not be fetched: ${OFFLINE}`, {
      cause: error,
    });
  }
}

/** Whether it is, or comes of, a module that could not be had: gpu.js is missed in words for those who installed a package. */
function isOfFetching(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error instanceof TypeError && NOT_FETCHED.test(error.message)) || isOfFetching(error.cause);
}
