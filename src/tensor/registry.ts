/** The backends by name, and which of them is the current one. Explained in docs/learn/00-first-tensor.md. */
import type { Backend, BackendName, BackendOptions } from './backend.js';
import { requireBackend } from './checks/backend.js';
import { requireCallback } from './checks/callback.js';
import { shown } from './checks/describe.js';
import { type OptionNames, requireKnown } from './checks/options.js';
import { BackendError, ConfigError } from './errors.js';
import { type SettledOptions, settleSimd } from './simd.js';

const BACKEND_OPTIONS: OptionNames<BackendOptions> = { dtype: true, mode: true, simd: true, memory: true };

type Loader = (options: SettledOptions) => Promise<Backend>;

// Loaded on demand: a page that runs on wasm never downloads gpu.js.
const loaders: Readonly<Record<BackendName, Loader>> = {
  reference: async (options) =>
    (await import('./backends/reference/index.js')).createReferenceBackend(options),
  wasm: async (options) => (await import('./backends/wasm/index.js')).createWasmBackend(options),
  gpu: async (options) => (await import('./backends/gpu/index.js')).createGpuBackend(options),
};

export const BACKEND_NAMES = Object.keys(loaders) as readonly BackendName[];

let current: Backend | null = null;

/**
 * A new backend with memory of its own.
 * @throws BackendError where it cannot run, ConfigError for an unknown name.
 * @example
 * const exact = await createBackend('reference', { dtype: 'float64' });
 * tensor([1, 2], [2], { backend: exact }).dtype // 'float64'
 */
export async function createBackend(name: BackendName, options: BackendOptions = {}): Promise<Backend> {
  // A name from the command line may be any text.
  const load = typeof name === 'string' && Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (load === undefined) {
    throw new ConfigError(`unknown backend '${shown(name)}'; this build has ${BACKEND_NAMES.join(', ')}`);
  }
  requireKnown(`init('${name}')`, options, BACKEND_OPTIONS);
  return load(settleSimd(name, options));
}

/**
 * Creates a backend and makes it the one that new tensors live on.
 * @example
 * await init('reference', { dtype: 'float64' });
 * tensor([0.1]).dtype // 'float64'
 */
export async function init(name: BackendName = 'wasm', options: BackendOptions = {}): Promise<Backend> {
  current = await createBackend(name, options);
  return current;
}

/** The backend new tensors live on. @throws BackendError before `init`. */
export function currentBackend(): Backend {
  if (current === null) throw new BackendError("no backend yet; call await init('wasm') first");
  return current;
}

/** True of the backend new tensors live on. */
export function isCurrentBackend(backend: Backend): boolean {
  return backend === current;
}

/**
 * Runs `f` with another backend as the current one.
 * @example
 * const exact = await createBackend('reference', { dtype: 'float64' });
 * withBackend(exact, () => tensor([1])).backend.name // 'reference'
 */
export function withBackend<T>(backend: Backend, f: () => T): T {
  requireBackend('withBackend', backend);
  requireCallback('withBackend', f);
  const previous = current;
  current = backend;
  try {
    return f();
  } finally {
    current = previous;
  }
}
