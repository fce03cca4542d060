/** From what a user asks for to a run that is ready to go. Everything is checked before anything is written. */
import { join } from 'node:path';
import { entriesOf } from '../../ngpt/config/option.js';
import type { ModelConfig } from '../../ngpt/index.js';
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireFunction } from '../../tensor/checks/values.js';
import { type BackendMode, type BackendName, ConfigError, createSharedMemory } from '../../tensor/index.js';
import { findOlderRun, type OlderRun } from '../checkpoint/node/older-run.js';
import { requireText } from '../data/checks.js';
import { type DataSource, sourcesOf } from '../data/data-source.js';
import { type Dataset, requireBlocks, type Tokens } from '../data/dataset.js';
import { loadTokenizer } from '../data/load-tokenizer.js';
import { loadDataset, MOBY_DICK, requireSources } from '../data/node/load-dataset.js';
import { loadStoredDataset } from '../data/node/stored-data.js';
import { isFolder } from '../files/node/folders.js';
import { FolderLock, type Notice } from '../files/node/lock/folder-lock.js';
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
import {
  checkSettings,
  findPreset,
  modelConfigFor,
  presetSettings,
  requireOwnSettings,
  type TokenizerName,
  type TrainSettings,
  trainSettings,
} from '../settings/settings.js';
import { TRAINING_OPTIONS } from '../settings/train-settings.js';
import { withThreads } from './choose-threads.js';
import { startFast } from './fast-simd.js';
import { requireMachineMemory } from './machine-memory.js';
import { withinEngine } from './one-thread.js';
import { type Origin, openOrigin } from './origin.js';
import { progressOf, trainInto } from './train-into.js';

/** What to train, and where; everything has a default. */
export interface RunRequest {
  /** Settings that win over the preset's. */
  readonly settings?: Partial<TrainSettings>;
  /** Default `nano-cpu`; in a resumed run, the settings of the checkpoint. */
  readonly preset?: string;
  /** Default `moby-dick`; with a checkpoint, its data. */
  readonly data?: DataSource;
  /** Default `out/PRESET`, for the baseline `out/PRESET-gpt`. */
  readonly outDir?: string;
  /**
   * `resume` goes on from the last checkpoint in the out-dir. A path of another checkpoint or out-dir begins anew with the
   * weights and tokens from there, and with its settings and data where no others are given.
   */
  readonly initFrom?: string;
  /** Default `wasm`. */
  readonly backend?: BackendName;
  /** How the backend computes, see `init`; default the best that runs. */
  readonly mode?: BackendMode;
  /** Told what happens to files besides the events, one line each. */
  readonly notice?: Notice;
}

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

/** What `resolveRun` found. */
export interface ResolvedRun {
  readonly settings: TrainSettings;
  readonly data: DataSource;
  readonly outDir: string;
  /** Whether the data are tokens already. */
  readonly hasOwnTokens: boolean;
}

/** What `openRun` would train, without reading data, and without a trace. @throws as `openRun`. */
export async function resolveRun(request: RunRequest): Promise<ResolvedRun> {
  requireRequest('resolveRun', request);
  const outDir = outDirOf(request);
  const origin = await openOrigin(request.initFrom ?? 'scratch', outDir, async () => {});
  const settings = resolveSettings(request, origin);
  requireOwnSettings(request.settings ?? {}, settings.arch);
  requireSameModel(request, settings, origin);
  const data = request.data ?? origin.checkpoint?.data ?? MOBY_DICK;
  return { settings, data, outDir, hasOwnTokens: typeof data === 'string' && (await isFolder(data)) };
}

const RUN_REQUEST: OptionNames<RunRequest> = {
  ...{ settings: true, preset: true, data: true, outDir: true, initFrom: true },
  ...{ backend: true, mode: true, notice: true },
};

/** @throws ArgumentError for a part of it of the wrong kind, ConfigError for an option there is not. */
function requireRequest(op: string, request: RunRequest): void {
  requireKnown(op, request, RUN_REQUEST);
  const { settings, data, notice, ...texts } = request;
  if (settings !== undefined) requireKnown<object>(op, settings, TRAINING_OPTIONS);
  if (data !== undefined) requireSources(op, sourcesOf(data));
  if (notice !== undefined) requireFunction(op, 'notice', notice);
  for (const [name, text] of Object.entries(texts)) if (text !== undefined) requireText(op, name, text);
}

/** `lock` makes the folder if need be, so it is called when everything has been checked. */
async function openLocked(
  outDir: string,
  request: RunRequest,
  origin: Origin,
  lock: () => Promise<FolderLock>,
): Promise<Run> {
  const asked = resolveSettings(request, origin);
  requireOwnSettings(request.settings ?? {}, asked.arch);
  requireSameModel(request, asked, origin);
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

function outDirOf({ outDir, preset = 'nano-cpu', settings }: RunRequest): string {
  if (outDir !== undefined) return outDir;
  findPreset(preset);
  return join('out', settings?.arch === 'gpt' ? `${preset}-gpt` : preset);
}

function resolveSettings(request: RunRequest, origin: Origin): TrainSettings {
  const { settings = {}, preset } = request;
  const { checkpoint } = origin;
  if (checkpoint === null) return trainSettings(settings, preset);
  const fromPreset = preset === undefined ? {} : presetSettings(preset, checkpoint.config.arch);
  // The gpu backend has one thread, whatever another backend trained on before.
  const own = request.backend === 'gpu' ? { threads: 1 } : {};
  const given = { ...own, ...fromPreset, ...settings };
  const stored = keepsPlan(origin.kind, checkpoint.settings, given)
    ? checkpoint.settings
    : { ...checkpoint.settings, gradAccumulation: null, recompute: null, threads: null };
  return checkSettings({ ...stored, ...given });
}

/** What was chosen for one batch and machine need not fit another; but a run that goes on repeats to the bit. */
function keepsPlan(kind: Origin['kind'], stored: TrainSettings, given: Partial<TrainSettings>): boolean {
  const { batchSize = stored.batchSize, threads = stored.threads } = given;
  return kind === 'resume' && batchSize === stored.batchSize && threads === stored.threads;
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

/** A model that exists keeps its shape and its tokens. @throws ConfigError when another is asked for. */
function requireSameModel(
  request: RunRequest,
  settings: TrainSettings,
  { kind, path, checkpoint }: Origin,
): void {
  if (checkpoint === null) return;
  const { config, tokenizer } = checkpoint;
  // A folder of tokens may have brought others than the settings say.
  const asked = request.settings?.tokenizer ?? tokenizer.kind;
  const has: Record<string, unknown> = { ...checkpoint.settings, ...config, tokenizer: tokenizer.kind };
  const model = modelConfigFor(settings, config.vocabSize);
  const wanted: Record<string, unknown> = { ...settings, ...model, tokenizer: asked };
  const isShorter = kind === 'weights' && model.blockSize < config.blockSize;
  const differing = entriesOf(TRAINING_OPTIONS)
    .filter(([, { mayChange }]) => !mayChange)
    .map(([name]) => name)
    .filter((name) => wanted[name] !== has[name] && !(name === 'blockSize' && isShorter));
  // What follows from another, as alphaInit does from transferDepth, is no option that was given.
  const name = differing.find((each) => request.settings?.[each] !== undefined) ?? differing[0];
  if (name === undefined) return;
  const what = kind === 'resume' ? 'resume' : `begin with ${path}`;
  const longest = name === 'blockSize' && kind === 'weights' ? ' at most' : '';
  throw new ConfigError(
    `cannot ${what} with ${name} ${wanted[name]}: the checkpoint's model has ${has[name]}${longest}`,
    { settings: [name] },
  );
}
