/**
 * What a checkpoint holds and how it lies in a safetensors file: the model under the released code's names, so that
 * other programs can load it, the moments under `optimizer/`, all else as metadata.
 * Explained in docs/learn/11-training.md.
 */

import { requireConfig } from '../../ngpt/config/config.js';
import {
  createModel,
  type LanguageModel,
  type ModelConfig,
  maxNormError,
  normalizeParameters,
} from '../../ngpt/index.js';
import type { StateDict } from '../../nn/index.js';
import { requireStateDict } from '../../nn/state-dict.js';
import { described } from '../../tensor/checks/describe.js';
import { requireWhole } from '../../tensor/checks/values.js';
import {
  ArgumentError,
  CheckpointError,
  Generator,
  NumericError,
  type TypedArray,
} from '../../tensor/index.js';
import { requireSettings } from '../settings/require-settings.js';
import { withChecksums } from './checksums.js';
import { type CheckpointMetadata, decodeMetadata, encodeMetadata } from './metadata.js';
import type { SafetensorsFile } from './safetensors.js';

export interface Checkpoint extends CheckpointMetadata {
  /** Parameters by name. */
  readonly model: StateDict;
  /** Moments as `m/NAME` and `v/NAME`. */
  readonly optimizer: StateDict;
}

const OPTIMIZER = 'optimizer/';

/** @throws NumericError when a tensor holds a NaN or an infinity: such a state must replace no good one. */
export function encodeCheckpoint(checkpoint: Checkpoint): SafetensorsFile {
  requireCheckpoint('encodeCheckpoint', checkpoint);
  const tensors: StateDict = new Map(checkpoint.model);
  for (const [name, moment] of checkpoint.optimizer) tensors.set(`${OPTIMIZER}${name}`, moment);
  const broken = findNotFinite(tensors);
  if (broken !== null) {
    throw new NumericError(`after step ${checkpoint.step} ${broken} holds numbers that are not finite`);
  }
  return { tensors, metadata: withChecksums(tensors, encodeMetadata(checkpoint)) };
}

/** @throws ArgumentError unless it is one, ConfigError for settings or a model in it that are none. */
export function requireCheckpoint(op: string, checkpoint: Checkpoint): void {
  if (typeof checkpoint !== 'object' || checkpoint === null) {
    throw new ArgumentError(`${op}: wants a checkpoint, got ${described(checkpoint)}`);
  }
  const { config, settings, model, optimizer, step } = checkpoint;
  requireConfig(op, config);
  requireSettings(op, settings);
  requireStateDict(op, model);
  requireStateDict(op, optimizer);
  requireWhole('step', step, 0);
}

/** @throws CheckpointError for a file that is no checkpoint of ours, or whose parts do not fit together. */
export function decodeCheckpoint(file: SafetensorsFile): Checkpoint {
  const { tensors, metadata } = file ?? {};
  requireStateDict('decodeCheckpoint', tensors);
  if (!((metadata as unknown) instanceof Map)) {
    throw new ArgumentError(`decodeCheckpoint: metadata are a Map of texts, got ${described(metadata)}`);
  }
  const model: StateDict = new Map();
  const optimizer: StateDict = new Map();
  for (const [name, value] of tensors) {
    if (name.startsWith(OPTIMIZER)) optimizer.set(name.slice(OPTIMIZER.length), value);
    else model.set(name, value);
  }
  const decoded = decodeMetadata(metadata);
  requireSizes(decoded.config, model);
  const broken = findNotFinite(tensors);
  if (broken !== null)
    throw new CheckpointError(`the checkpoint's ${broken} holds numbers that are not finite`);
  return { ...decoded, model, optimizer };
}

/** The model of a checkpoint, and what had to be done to it. */
export interface LoadedModel {
  readonly model: LanguageModel;
  /** How far from unit the matrices were, if so far that they had to be normalized; else 0. */
  readonly normalized: number;
}

/** Rounding leaves norms within 1e-7 of 1, whatever their dimension; larger errors come from elsewhere, bfloat16 for example. */
const UNIT_TOLERANCE = 1e-6;

/**
 * The model of a checkpoint, on the current backend. Matrices that are not unit are made so.
 * @throws CheckpointError listing the names that are missing, unexpected or of the wrong shape.
 */
export async function loadModel(checkpoint: Checkpoint): Promise<LoadedModel> {
  requireCheckpoint('loadModel', checkpoint);
  const model = createModel(checkpoint.config, new Generator(0));
  try {
    model.loadStateDict(checkpoint.model);
    return { model, normalized: await makeUnit(model) };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Returns how far off they were. @throws CheckpointError for vectors without a direction. */
async function makeUnit(model: LanguageModel): Promise<number> {
  const error = await maxNormError(model);
  // Not always: normalizing once more moves the last bits, and a resumed run would no longer be the same.
  if (error <= UNIT_TOLERANCE) return 0;
  normalizeParameters(model);
  // A NaN is no good either.
  if (!((await maxNormError(model)) <= UNIT_TOLERANCE)) {
    throw new CheckpointError("some vectors of the checkpoint's matrices are zero: they cannot be made unit");
  }
  return error;
}

/** Before anything is built: a file must not make us allocate more than it holds. */
export function requireSizes(config: ModelConfig, model: StateDict): void {
  const { vocabSize, nEmbd, dMlp, nLayer } = config;
  requireShape(model, 'transformer.wte.weight', [vocabSize, nEmbd]);
  for (let layer = 0; layer < nLayer; layer++) {
    requireShape(model, `transformer.h.${layer}.query.weight`, [nEmbd, nEmbd]);
    requireShape(model, `transformer.h.${layer}.c_fc.weight`, [2 * dMlp, nEmbd]);
  }
}

function requireShape(model: StateDict, name: string, shape: readonly number[]): void {
  const found = model.get(name)?.shape;
  if (found?.join() === shape.join()) return;
  const given = found === undefined ? 'missing' : `[${found.join(', ')}]`;
  throw new CheckpointError(
    `the checkpoint's ${name} is ${given}; its configuration wants [${shape.join(', ')}]`,
  );
}

/** The name of a tensor that holds a NaN or an infinity, as float32, if there is one. */
export function findNotFinite(tensors: StateDict): string | null {
  for (const [name, { data }] of tensors) {
    if (!isFinite32(data)) return name;
  }
  return null;
}

/** A loop: `every` takes six times as long, and every save waits for it. */
function isFinite32(data: TypedArray): boolean {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(Math.fround(data[i]))) return false;
  }
  return true;
}
