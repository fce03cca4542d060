/** From what a user asks for to the settings of a run, by way of the checkpoint it goes on from. No data are read for it. */
import { join } from 'node:path';
import { entriesOf } from '../../ngpt/config/option.js';
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireFunction } from '../../tensor/checks/values.js';
import { type BackendMode, type BackendName, ConfigError } from '../../tensor/index.js';
import { requireText } from '../data/checks.js';
import { type DataSource, sourcesOf } from '../data/data-source.js';
import { MOBY_DICK, requireSources } from '../data/node/load-dataset.js';
import { isFolder } from '../files/node/folders.js';
import type { Notice } from '../files/node/lock/folder-lock.js';
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
import { type Origin, openOrigin } from './origin.js';

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
  const settings = settingsOf(request, origin);
  const data = request.data ?? origin.checkpoint?.data ?? MOBY_DICK;
  return { settings, data, outDir, hasOwnTokens: typeof data === 'string' && (await isFolder(data)) };
}

const RUN_REQUEST: OptionNames<RunRequest> = {
  ...{ settings: true, preset: true, data: true, outDir: true, initFrom: true },
  ...{ backend: true, mode: true, notice: true },
};

/** @throws ArgumentError for a part of it of the wrong kind, ConfigError for an option there is not. */
export function requireRequest(op: string, request: RunRequest): void {
  requireKnown(op, request, RUN_REQUEST);
  const { settings, data, notice, ...texts } = request;
  if (settings !== undefined) requireKnown<object>(op, settings, TRAINING_OPTIONS);
  if (data !== undefined) requireSources(op, sourcesOf(data));
  if (notice !== undefined) requireFunction(op, 'notice', notice);
  for (const [name, text] of Object.entries(texts)) if (text !== undefined) requireText(op, name, text);
}

export function outDirOf({ outDir, preset = 'nano-cpu', settings }: RunRequest): string {
  if (outDir !== undefined) return outDir;
  findPreset(preset);
  return join('out', settings?.arch === 'gpt' ? `${preset}-gpt` : preset);
}

/** @throws ConfigError for settings that do not go together, or with the model of a checkpoint. */
export function settingsOf(request: RunRequest, origin: Origin): TrainSettings {
  const settings = resolveSettings(request, origin);
  requireOwnSettings(request.settings ?? {}, settings.arch);
  requireSameModel(request, settings, origin);
  return settings;
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
