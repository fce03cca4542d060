/** Data-parallel training: each thread holds a replica of the model and computes its share of every batch. */
import { Worker } from 'node:worker_threads';
import { BackendError, type BackendName, type BackendOptions } from '../../../tensor/index.js';
import type { Checkpoint } from '../../checkpoint/checkpoint.js';
import type { Tokens } from '../../data/dataset.js';
import type { TrainSettings } from '../../settings/settings.js';
import type { Team } from '../train-step.js';
import { SharedGradients, type SharedMemory, sharedMemory } from './shared-gradients.js';

/** What a worker thread starts from. */
export interface WorkerStart {
  readonly index: number;
  readonly memory: SharedMemory;
  readonly backend: BackendName;
  readonly backendOptions: BackendOptions;
  readonly settings: TrainSettings;
  /** The state that all members start from, bit for bit. */
  readonly checkpoint: Checkpoint;
  /** On shared memory. */
  readonly tokens: Tokens;
}

export interface Threads {
  readonly team: Team;
  /** Ends the worker threads, whatever they are doing. */
  close(): Promise<void>;
}

/** Starts `settings.threads` − 1 worker threads; the calling thread is member 0. */
export function startThreads(options: Omit<WorkerStart, 'index' | 'memory'>): Threads {
  const { checkpoint, settings } = options;
  let parameterCount = 0;
  for (const { data } of checkpoint.model.values()) parameterCount += data.length;
  const memory = sharedMemory(settings.threads, parameterCount);
  const tokens = shareTokens(options.tokens);
  let failure: Error | null = null;
  let closing = false;

  const workers = Array.from({ length: settings.threads - 1 }, (_, i) => {
    const start: WorkerStart = { ...options, tokens, memory, index: i + 1 };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: start });
    worker.on('error', ({ message }) => {
      failure ??= new BackendError(`training thread ${i + 1} failed: ${message}`);
    });
    worker.on('exit', (code) => {
      if (!closing) failure ??= new BackendError(`training thread ${i + 1} ended early, with code ${code}`);
    });
    return worker;
  });

  const team = new SharedGradients(memory, 0, () => {
    if (failure !== null) throw failure;
  });
  const close = async () => {
    closing = true;
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  return { team, close };
}

/** The tokens on memory that threads share, not copied if they are already. */
function shareTokens(tokens: Tokens): Tokens {
  if (tokens.buffer instanceof SharedArrayBuffer) return tokens;
  const buffer = new SharedArrayBuffer(tokens.byteLength);
  const shared = tokens instanceof Int32Array ? new Int32Array(buffer) : new Uint16Array(buffer);
  shared.set(tokens);
  return shared;
}
