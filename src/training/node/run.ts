/** A run that is ready to go, from what a user asks for. Everything is checked before anything is written. */
import type { ModelConfig } from '../../ngpt/index.js';
import { ConfigError, createSharedMemory } from '../../tensor/index.js';
import { findOlderRun, type OlderRun } from '../checkpoint/node/older-run.js';
import type { DataSource } from '../data/data-source.js';
import { type Dataset, requireBlocks, type Tokens } from '../data/dataset.js';
import { loadTokenizer } from '../data/load-tokenizer.js';
import { loadDataset, MOBY_DICK } from '../data/node/load-dataset.js';
import { loadStoredDataset } from '../data/node/stored-data.js';
import { FolderLock } from '../files/node/lock/folder-lock.js';
import type { TrainEvent } from '../loop/events.js';
import { startThreads, type Threads } from '../loop/node/threads.js';
import type { Evaluating } from '../loop/trainer.js';
import {
  checkpointWith,
  newTraining,
  resumeTraining,
  type TrainingState,
  trainingFromWeights,
} from '../loop/training-state.js';
import { changedSettings } from '../settings/changes.js';
import { changedPlan, type FittedSettings, fitMemory } from '../settings/fit-memory.js';
import { modelConfigFor, type TokenizerName, type TrainSettings } from '../settings/settings.js';
import { withThreads } from './choose-threads.js';
import { startFast } from './fast-simd.js';
import { requireMachineMemory } from './machine-memory.js';
import { withinEngine } from './one-thread.js';
import { type Origin, openOrigin } from './origin.js';
import { outDirOf, type RunRequest, requireRequest, settingsOf } from './resolve-run.js';
import { progressOf, trainInto } from './train-into.js';

/** A run, ready to go. */
export interface Run {
  readonly settings: TrainSettings;
  readonly dataset: Dataset;
  readonly state: TrainingState;
  readonly outDir: string;
  /** Another run in the out-dir, and what becomes of it when this one first saves; null for none. */
  readonly older: OlderRun | null;
  /** The checkpoint whose weights it begins with, and the steps that made them; null from scratch and resumed. */
  readonly beginsWith: { readonly path: string; readonly step: number } | null;
  /** Trains; to be called once. */
  events(stopRequested?: () => boolean, evaluating?: Evaluating): AsyncGenerator<TrainEvent, void, undefined>;
  /** Ends the threads, and frees the model and the out-dir. */
  close(): Promise<void>;
}

/**
 * Until it is closed, its out-dir is locked for other runs.
 * @throws ConfigError, DataError or CheckpointError for the first thing that will not do; nothing has been written then.
 * @example
 * const settings = { nLayer: 1, nHead: 1, nEmbd: 16, blockSize: 8, batchSize: 2, maxIters: 2, evalIters: 1 };
 * const run = await openRun({ settings, outDir: 'out/small' });
 * for await (const event of run.events()) if (event.event === 'done') console.log(event.steps);
 * // 2
 * await run.close();
 */
export async function openRun(asked: RunRequest): Promise<Run> {
  requireRequest('openRun', asked);
  const request = withinEngine(asked);
  const outDir = outDirOf(request);
  let held: FolderLock | null = null;
  const lock = async () => {
    held ??= await FolderLock.acquire(outDir, request.notice);
    return held;
  };
  try {
    const origin = await openOrigin(request.initFrom ?? 'scratch', outDir, lock);
    return await openLocked(outDir, request, origin, lock);
  } catch (error) {
    (held as FolderLock | null)?.release();
    throw error;
  }
}

/** `lock` makes the folder if need be, so it is called when everything has been checked. */
async function openLocked(
  outDir: string,
  request: RunRequest,
  origin: Origin,
  lock: () => Promise<FolderLock>,
): Promise<Run> {
  const asked = settingsOf(request, origin);
  const dataset = await openDataset(request, asked, origin);
  requireBlocks(dataset, asked.blockSize);
  const config = configOf(origin, asked, dataset);
  const settings = fitMemory(withThreads(asked, config, request.backend ?? 'wasm'), config);
  requireMachineMemory(settings, config);
  if (origin.kind === 'resume' && origin.checkpoint) {
    const before = origin.checkpoint.settings;
    for (const change of [changedSettings(before, settings), changedPlan(before, settings)]) {
      if (change !== null) request.notice?.(change);
    }
  }
  const { backend, backendOptions } = await startBackend(request, settings);
  const state = await stateFrom(origin, config, settings, dataset.train);
  const freeState = () => {
    state.optimizer.dispose();
    state.model.dispose();
  };
  const { held, older } = await takeOutDir(outDir, origin, lock).catch((error) => {
    freeState();
    throw error;
  });

  let threads: Threads | null = null;
  if (settings.threads > 1) {
    const moments = origin.kind === 'resume' ? origin.checkpoint?.optimizer : undefined;
    const checkpoint = await checkpointWith(moments ?? new Map(), state, settings, dataset);
    threads = startThreads(state, { backend, backendOptions, settings, checkpoint, tokens: dataset });
  }
  const resumedFrom = origin.kind === 'resume' && origin.checkpoint ? progressOf(origin.checkpoint) : null;
  return {
    settings,
    dataset,
    state,
    outDir,
    older,
    beginsWith: weightsOf(origin),
    events: (stopRequested = () => false, evaluating = () => {}) =>
      trainInto(
        { outDir, resumedFrom, older, lock: held, notice: request.notice },
        { state, settings, dataset, team: threads?.team ?? null, stopRequested, evaluating },
      ),
    close: async () => {
      await threads?.close();
      freeState();
      held.release();
    },
  };
}

async function takeOutDir(outDir: string, { kind }: Origin, lock: () => Promise<FolderLock>) {
  const held = await lock();
  return { held, older: kind === 'resume' ? null : await findOlderRun(outDir) };
}

function weightsOf({ kind, path, checkpoint }: Origin): Run['beginsWith'] {
  if (kind !== 'weights' || path === null || checkpoint === null) return null;
  return { path, step: checkpoint.step };
}

function configOf(
  { checkpoint }: Origin,
  { blockSize, ...asked }: TrainSettings,
  dataset: Dataset,
): ModelConfig {
  // No parameter depends on the length of a block.
  if (checkpoint !== null) return { ...checkpoint.config, blockSize };
  return modelConfigFor({ ...asked, blockSize }, dataset.tokenizer.vocabSize);
}

function stateFrom(
  { kind, checkpoint }: Origin,
  config: ModelConfig,
  settings: FittedSettings,
  tokens: Tokens,
): Promise<TrainingState> | TrainingState {
  if (checkpoint === null) return newTraining(config, settings, tokens);
  if (kind === 'resume')
    return resumeTraining(checkpoint, settings, tokens, { index: 0, size: settings.threads });
  return trainingFromWeights({ ...checkpoint, config }, settings, tokens);
}

async function startBackend(request: RunRequest, { threads }: FittedSettings) {
  const backend = request.backend ?? 'wasm';
  if (backend === 'gpu' && threads > 1) {
    throw new ConfigError(`the gpu backend trains on one thread, got threads ${threads}`, {
      settings: ['threads'],
    });
  }
  const options = request.mode === undefined ? {} : { mode: request.mode };
  const memory = threads > 1 && backend === 'wasm' ? { memory: createSharedMemory() } : {};
  const { mode } = await startFast(backend, { ...options, ...memory }, request.notice ?? (() => {}));
  // What was found out here is not measured again in every thread.
  return { backend, backendOptions: { mode } };
}

async function openDataset(request: RunRequest, settings: TrainSettings, origin: Origin): Promise<Dataset> {
  if (origin.checkpoint !== null) {
    const tokenizer = await loadTokenizer(origin.checkpoint.tokenizer);
    if (request.data !== undefined) return loadDataset(request.data, tokenizer);
    return loadStoredDataset(origin.checkpoint, tokenizer, request.notice);
  }
  return loadNewDataset(request.data, settings.tokenizer, request.settings?.tokenizer);
}

/**
 * Data for a model that does not exist yet. @param asked - the tokenizer that was asked for outright
 * @throws DataError as `loadDataset`, ConfigError for tokens that are others than asked for.
 */
export async function loadNewDataset(
  data: DataSource = MOBY_DICK,
  tokenizer: TokenizerName,
  asked?: TokenizerName,
): Promise<Dataset> {
  const dataset = await loadDataset(data, tokenizer);
  const { kind } = dataset.tokenizer.describe();
  if (asked === undefined || asked === kind) return dataset;
  throw new ConfigError(`${dataset.name} brings its own tokens (${kind}); it cannot be read as ${asked}`);
}
