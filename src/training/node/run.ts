/** From what a user asks for to a run that is ready to go. Everything is checked before anything is written. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { entriesOf } from '../../ngpt/option.js';
import { type BackendMode, type BackendName, ConfigError, init } from '../../tensor/index.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { readCheckpoint } from '../checkpoint/node/checkpoint-file.js';
import { findOlderRun, type OlderRun } from '../checkpoint/node/older-run.js';
import { type Dataset, requireBlocks } from '../data/dataset.js';
import { loadTokenizer } from '../data/load-tokenizer.js';
import { loadDataset, MOBY_DICK } from '../data/node/load-dataset.js';
import { isFolder } from '../files/node/folders.js';
import { FolderLock, type Notice } from '../files/node/lock/folder-lock.js';
import type { TrainEvent } from '../loop/events.js';
import { startThreads, type Threads } from '../loop/node/threads.js';
import { newTraining, resumeTraining, type TrainingState, takeCheckpoint } from '../loop/training-state.js';
import { fitMemory } from '../settings/fit-memory.js';
import {
  checkSettings,
  findPreset,
  modelConfigFor,
  presetSettings,
  requireOwnSettings,
  type TrainSettings,
  trainSettings,
} from '../settings/settings.js';
import { TRAINING_OPTIONS } from '../settings/train-settings.js';
import { allowRelaxedSimd } from './relaxed-simd.js';
import { progressOf, trainInto } from './train-into.js';

export interface RunRequest {
  /** Settings that win over the preset's. */
  readonly settings?: Partial<TrainSettings>;
  /** Default `nano-cpu`; in a resumed run, the settings of the checkpoint. */
  readonly preset?: string;
  /** `moby-dick` (default), a text file or a folder of tokens; in a resumed run, the data of the checkpoint. */
  readonly data?: string;
  /** Default `out/PRESET`, for the baseline `out/PRESET-gpt`. */
  readonly outDir?: string;
  /** `resume` goes on from the last checkpoint in the out-dir. */
  readonly initFrom?: 'scratch' | 'resume';
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
  /** Steps of another run in the out-dir, whose checkpoints get other names when this one first saves; null for none. */
  readonly replaces: number | null;
  /** Trains; to be called once. */
  events(stopRequested?: () => boolean): AsyncGenerator<TrainEvent, void, undefined>;
  /** Ends the threads, and frees the model and the out-dir. */
  close(): Promise<void>;
}

/**
 * Until it is closed, its out-dir is locked for other runs.
 * @throws ConfigError, DataError or CheckpointError for the first thing that will not do; nothing has been written then.
 */
export async function openRun(request: RunRequest): Promise<Run> {
  const outDir = outDirOf(request);
  let held: FolderLock | null = null;
  const lock = async () => {
    held ??= await FolderLock.acquire(outDir, request.notice);
    return held;
  };
  try {
    const resumed = request.initFrom === 'resume' ? await readLocked(outDir, lock) : null;
    return await openLocked(outDir, request, resumed, lock);
  } catch (error) {
    (held as FolderLock | null)?.release();
    throw error;
  }
}

/** The lock comes first, since the checkpoint must not change after it was read. */
async function readLocked(outDir: string, lock: () => Promise<FolderLock>): Promise<Checkpoint> {
  // No folder is made for a mistyped name: reading from it says what is wrong.
  if (await isFolder(outDir)) await lock();
  return readCheckpoint(outDir);
}

/** `lock` makes the folder if need be, so it is called when everything has been checked. */
async function openLocked(
  outDir: string,
  request: RunRequest,
  resumed: Checkpoint | null,
  lock: () => Promise<FolderLock>,
): Promise<Run> {
  const asked = resolveSettings(request, resumed);
  requireOwnSettings(request.settings ?? {}, asked.arch);
  if (resumed !== null) requireSameModel(request, asked, resumed);
  const dataset = await openDataset(request, asked, resumed);
  requireBlocks(dataset, asked.blockSize);
  const config = resumed?.config ?? modelConfigFor(asked, dataset.tokenizer.vocabSize);
  const settings = fitMemory(asked, config);
  const { backend, backendOptions } = await startBackend(request, settings);
  const state =
    resumed === null
      ? newTraining(config, settings, dataset.train)
      : await resumeTraining(resumed, settings, dataset.train);
  const freeState = () => {
    state.optimizer.dispose();
    state.model.dispose();
  };
  const held = await lock().catch((error) => {
    freeState();
    throw error;
  });
  const older = resumed === null ? await findOlderRun(outDir) : null;

  let threads: Threads | null = null;
  if (settings.threads > 1) {
    const checkpoint = await takeCheckpoint(state, settings, dataset);
    threads = startThreads({ backend, backendOptions, settings, checkpoint, tokens: dataset.train });
  }
  const resumedFrom = resumed && progressOf(resumed);
  return {
    settings,
    dataset,
    state,
    outDir,
    older,
    replaces: older?.steps ?? null,
    events: (stopRequested = () => false) =>
      trainInto(
        { outDir, resumedFrom, older, notice: request.notice },
        { state, settings, dataset, team: threads?.team ?? null, stopRequested },
      ),
    close: async () => {
      await threads?.close();
      freeState();
      held.release();
    },
  };
}

async function startBackend(request: RunRequest, { threads }: TrainSettings) {
  const backend = request.backend ?? 'wasm';
  if (backend === 'gpu' && threads > 1) {
    throw new ConfigError(`the gpu backend trains on one thread, got threads ${threads}`, {
      settings: ['threads'],
    });
  }
  allowRelaxedSimd();
  const backendOptions = request.mode === undefined ? {} : { mode: request.mode };
  await init(backend, backendOptions);
  return { backend, backendOptions };
}

function outDirOf({ outDir, preset = 'nano-cpu', settings }: RunRequest): string {
  if (outDir !== undefined) return outDir;
  findPreset(preset);
  return join('out', settings?.arch === 'gpt' ? `${preset}-gpt` : preset);
}

function resolveSettings({ settings = {}, preset }: RunRequest, resumed: Checkpoint | null): TrainSettings {
  if (resumed !== null) {
    const fromPreset = preset === undefined ? {} : presetSettings(preset, resumed.config.arch);
    const given = { ...fromPreset, ...settings };
    return checkSettings({ ...withoutPlan(resumed.settings, given), ...given });
  }
  const complete = trainSettings(settings, preset);
  // A preset's threads are a wish; only what was asked for outright overrules the machine.
  if (settings.threads !== undefined) return complete;
  return { ...complete, threads: Math.min(complete.threads, availableParallelism()) };
}

/** What was chosen for one batch need not fit another. */
function withoutPlan(stored: TrainSettings, given: Partial<TrainSettings>): TrainSettings {
  const { batchSize = stored.batchSize, threads = stored.threads } = given;
  const isSame = batchSize === stored.batchSize && threads === stored.threads;
  return isSame ? stored : { ...stored, gradAccumulation: null, recompute: null };
}

async function openDataset(
  request: RunRequest,
  settings: TrainSettings,
  resumed: Checkpoint | null,
): Promise<Dataset> {
  if (resumed !== null) {
    return loadDataset(request.data ?? resumed.data, await loadTokenizer(resumed.tokenizer));
  }
  const dataset = await loadDataset(request.data ?? MOBY_DICK, settings.tokenizer);
  const asked = request.settings?.tokenizer;
  const { kind } = dataset.tokenizer.describe();
  if (asked === undefined || asked === kind) return dataset;
  throw new ConfigError(`${dataset.name} brings its own tokens (${kind}); it cannot be read as ${asked}`);
}

/** A resumed run keeps its model and its tokens. @throws ConfigError when another is asked for. */
function requireSameModel(request: RunRequest, settings: TrainSettings, resumed: Checkpoint): void {
  const { config, tokenizer } = resumed;
  // A folder of tokens may have brought others than the settings say.
  const asked = request.settings?.tokenizer ?? tokenizer.kind;
  const has: Record<string, unknown> = { ...resumed.settings, ...config, tokenizer: tokenizer.kind };
  const model = modelConfigFor(settings, config.vocabSize);
  const wanted: Record<string, unknown> = { ...settings, ...model, tokenizer: asked };
  for (const [name, { mayChange }] of entriesOf(TRAINING_OPTIONS)) {
    if (mayChange || wanted[name] === has[name]) continue;
    throw new ConfigError(
      `cannot resume with ${name} ${wanted[name]}: the checkpoint's model has ${has[name]}`,
      { settings: [name] },
    );
  }
}
