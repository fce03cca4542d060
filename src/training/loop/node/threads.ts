/**
 * Data-parallel training: each thread holds a replica of the model and computes its share of every batch.
 * Explained in docs/learn/13-threads-and-gpu.md.
 */
import { Worker } from 'node:worker_threads';
import type { Adam } from '../../../nn/index.js';
import {
  type Backend,
  BackendError,
  type BackendName,
  type BackendOptions,
  createSharedMemory,
} from '../../../tensor/index.js';
import type { Checkpoint } from '../../checkpoint/checkpoint.js';
import type { Tokens } from '../../data/dataset.js';
import { planOf } from '../../settings/estimate-memory.js';
import type { TrainSettings } from '../../settings/settings.js';
import { type Member, ownParameters, parametersOf, type Team } from '../team.js';
import type { TrainingState } from '../training-state.js';
import { type TeamMemory, ThreadTeam, teamMemory } from './thread-team.js';

/** What a team trains with. */
export interface TeamStart {
  readonly backend: BackendName;
  readonly backendOptions: BackendOptions;
  readonly settings: TrainSettings;
  /** The state that all members start from, bit for bit. */
  readonly checkpoint: Checkpoint;
  readonly tokens: TokenSplits;
}

interface TokenSplits {
  readonly train: Tokens;
  readonly val: Tokens;
}

/** What a worker thread starts from. */
export interface WorkerStart extends TeamStart {
  readonly index: number;
  readonly memory: TeamMemory;
}

export interface Threads {
  readonly team: Team;
  /** Ends the worker threads, whatever they are doing. */
  close(): Promise<void>;
}

/**
 * Starts `settings.threads` − 1 worker threads; the calling thread is member 0, and `state` what it trains. If its backend
 * works in shared memory, so do the others', and nothing is copied but from one to the other.
 */
export function startThreads({ model, optimizer }: TrainingState, start: TeamStart): Threads {
  const { settings, backendOptions } = start;
  const { threads } = planOf(settings);
  const memories = memoriesOf(model.backend, threads);
  const memory = teamMemory(threads, optimizer, memories);
  const tokens = { train: shareTokens(start.tokens.train), val: shareTokens(start.tokens.val) };
  let failure: Error | null = null;
  let closing = false;

  const workers = Array.from({ length: threads - 1 }, (_, i) => {
    const index = i + 1;
    const own = memories === null ? backendOptions : { ...backendOptions, memory: memories[index] };
    const checkpoint = ownShare(start.checkpoint, optimizer, { index, size: threads });
    const workerData: WorkerStart = { ...start, checkpoint, tokens, memory, index, backendOptions: own };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
    worker.on('error', ({ message }) => {
      failure ??= new BackendError(`training thread ${index} failed: ${message}`);
    });
    worker.on('exit', (code) => {
      if (!closing) failure ??= new BackendError(`training thread ${index} ended early, with code ${code}`);
    });
    return worker;
  });

  const team = new ThreadTeam(memory, 0, optimizer, () => {
    if (failure !== null) throw failure;
  });
  const close = async () => {
    closing = true;
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  return { team, close };
}

/** One for each member, or null where they cannot share. */
function memoriesOf({ shared }: Backend, members: number): WebAssembly.Memory[] | null {
  if (!shared) return null;
  return [shared.memory, ...Array.from({ length: members - 1 }, createSharedMemory)];
}

/** The checkpoint with the moments of a member only: it is copied into the thread. */
function ownShare(checkpoint: Checkpoint, optimizer: Adam, member: Member): Checkpoint {
  const own = ownParameters(optimizer, member);
  const names = new Set(parametersOf(optimizer).flatMap(([name, it]) => (own.has(it) ? [name] : [])));
  const isOwn = (name: string) => names.has(name.slice(name.indexOf('/') + 1));
  return { ...checkpoint, optimizer: new Map([...checkpoint.optimizer].filter(([name]) => isOwn(name))) };
}

/** The tokens on memory that threads share, not copied if they are already. */
function shareTokens(tokens: Tokens): Tokens {
  if (tokens.buffer instanceof SharedArrayBuffer) return tokens;
  const buffer = new SharedArrayBuffer(tokens.byteLength);
  const shared = tokens instanceof Int32Array ? new Int32Array(buffer) : new Uint16Array(buffer);
  shared.set(tokens);
  return shared;
}
