/** Reads and checks a reference run: a short training run of another implementation, recorded with all its tensors. */
import { type ModelConfig, modelConfig, type OptimizerSettings } from '../../ngpt/index.js';
import type { HostTensor, StateDict } from '../../nn/index.js';
import {
  ConfigError,
  DataError,
  formatShape,
  type Shape,
  sameShape,
  type TypedArray,
} from '../../tensor/index.js';
import { CHECKPOINT_FORMAT } from '../checkpoint/metadata.js';
import type { SafetensorsFile } from '../checkpoint/safetensors.js';

type Tensors = SafetensorsFile['tensors'];

/** The metadata, all of which are strings in the file. */
export interface ReferenceSettings {
  readonly config: ModelConfig;
  /** Sequences in a batch. */
  readonly batchSize: number;
  readonly optimizer: Required<
    Pick<OptimizerSettings, 'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'weightDecay'>
  >;
  /** Largest length of the gradient; 0 does not clip. */
  readonly gradClip: number;
}

/** What was recorded of batches and activations. */
export interface ReferenceRun {
  /** Tokens and the tokens that follow, [B, T] each, one pair for every step. */
  readonly batches: readonly { readonly x: Int32Array; readonly y: Int32Array }[];
  /** Of the first batch, [B, T, V]. */
  readonly logits: TypedArray;
  /** Of the first batch, [B, T, d] after each block. */
  readonly hidden: readonly TypedArray[];
  /** One per batch, before its step. */
  readonly losses: TypedArray;
}

/** What was recorded of parameters, by their names. */
export interface ReferenceParameters {
  readonly init: StateDict;
  /** Of the first batch, before clipping. */
  readonly gradients: StateDict;
  /** After so many steps, in ascending order. */
  readonly steps: ReadonlyMap<number, StateDict>;
}

/** @throws DataError naming the entry that is missing or out of range. */
export function readSettings(metadata: ReadonlyMap<string, string>): ReferenceSettings {
  const text = (name: string): string => {
    const value = metadata.get(name);
    if (value === undefined) throw new DataError(`reference run: the metadata has no ${name}`);
    return value;
  };
  const number = (name: string, limit = Number.POSITIVE_INFINITY): number => {
    const value = text(name).trim() === '' ? Number.NaN : Number(text(name));
    // Written so that NaN and infinity fail.
    if (!(value >= 0 && value < limit)) {
      const below = limit === Number.POSITIVE_INFINITY ? '' : ` and below ${limit}`;
      throw new DataError(
        `reference run: ${name} must be a number of at least 0${below}, got '${text(name)}'`,
      );
    }
    return value;
  };
  if (metadata.get('format') === CHECKPOINT_FORMAT) {
    throw new DataError('this is a checkpoint, not a reference run');
  }
  if (text('lr_schedule') !== 'constant') {
    throw new DataError(`reference run: lr_schedule must be constant, got '${text('lr_schedule')}'`);
  }
  const settings = {
    config: readConfig(text, number),
    batchSize: number('batch'),
    optimizer: {
      learningRate: number('lr'),
      beta1: number('beta1', 1),
      beta2: number('beta2', 1),
      epsilon: number('eps'),
      weightDecay: number('weight_decay_matrices'),
    },
    gradClip: number('grad_clip'),
  };
  if (!Number.isInteger(settings.batchSize) || settings.batchSize < 1) {
    throw new DataError(`reference run: batch must be a whole number of at least 1, got '${text('batch')}'`);
  }
  if (settings.config.arch === 'ngpt' && settings.optimizer.weightDecay !== 0) {
    throw new DataError('reference run: weight_decay_matrices must be 0 for ngpt, which has no weight decay');
  }
  return settings;
}

function readConfig(text: (name: string) => string, number: (name: string) => number): ModelConfig {
  const given = {
    arch: text('architecture') as ModelConfig['arch'],
    vocabSize: number('vocab_size'),
    blockSize: number('block_size'),
    nLayer: number('n_layer'),
    nHead: number('n_head'),
    nEmbd: number('n_embd'),
    dMlp: number('d_mlp'),
    alphaInit: number('alpha_init'),
    rope: text('rope') as ModelConfig['rope'],
    ropeBase: number('rope_base'),
  };
  try {
    return modelConfig(given);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new DataError(`reference run: ${error.message}`, { cause: error });
  }
}

/**
 * The batches and activations. Two parameters are looked at as well: settings that do not belong to the tensors
 * must not get as far as asking for the memory of a huge model.
 * @throws DataError naming the tensor that is missing, misshapen or of the wrong kind.
 */
export function readRun(tensors: Tensors, { config, batchSize }: ReferenceSettings): ReferenceRun {
  const { vocabSize, blockSize, nLayer, nEmbd, dMlp } = config;
  const floats = (name: string, shape: Shape) => take(tensors, name, shape, 'float').data;
  const steps = stepCount(tensors);
  const x = tokens(tensors, 'batch/x', [steps, batchSize, blockSize], 0, vocabSize);
  const y = tokens(tensors, 'batch/y', [steps, batchSize, blockSize], -1, vocabSize);
  const losses = floats('losses', [steps]);
  const logits = floats('logits', [batchSize, blockSize, vocabSize]);
  floats('init/transformer.wte.weight', [vocabSize, nEmbd]);
  const hidden: TypedArray[] = [];
  for (let layer = 0; layer < nLayer; layer++) {
    hidden.push(floats(`hidden/${layer}`, [batchSize, blockSize, nEmbd]));
    floats(`init/transformer.h.${layer}.c_fc.weight`, [2 * dMlp, nEmbd]);
  }
  const length = batchSize * blockSize;
  const batches = Array.from({ length: steps }, (_, step) => ({
    x: x.subarray(step * length, (step + 1) * length),
    y: y.subarray(step * length, (step + 1) * length),
  }));
  return { batches, logits, hidden, losses };
}

/**
 * Everything recorded of the parameters of the given shapes, over a run of `steps`.
 * @throws DataError naming the tensor that is missing, misshapen, of the wrong kind or no parameter's.
 */
export function readParameters(
  tensors: Tensors,
  shapes: ReadonlyMap<string, Shape>,
  steps: number,
): ReferenceParameters {
  const recorded = recordedSteps(tensors, steps);
  return {
    init: takeAll(tensors, 'init', shapes),
    gradients: takeAll(tensors, 'grad', shapes),
    steps: new Map(recorded.map((step) => [step, takeAll(tensors, `step${step}`, shapes)])),
  };
}

/** The number of batches, K of batch/x [K, B, T]. */
function stepCount(tensors: Tensors): number {
  const count = tensors.get('batch/x')?.shape[0];
  if (count === undefined) throw new DataError('reference run: batch/x [K, B, T] is missing');
  if (count < 1) throw new DataError('reference run: batch/x holds no batches');
  return count;
}

/** The K for which there are tensors stepK/NAME, in ascending order. */
function recordedSteps(tensors: Tensors, count: number): number[] {
  const found = new Set<number>();
  for (const name of tensors.keys()) {
    const step = /^step(\d+)\//.exec(name)?.[1];
    if (step === undefined) continue;
    if (Number(step) < 1 || Number(step) > count) {
      throw new DataError(`reference run: ${name} is beyond the steps 1 to ${count} that have batches`);
    }
    found.add(Number(step));
  }
  return [...found].sort((a, b) => a - b);
}

/** The tensors PREFIX/NAME of all parameters: none missing, none more. */
function takeAll(tensors: Tensors, prefix: string, shapes: ReadonlyMap<string, Shape>): StateDict {
  for (const name of tensors.keys()) {
    if (name.startsWith(`${prefix}/`) && !shapes.has(name.slice(prefix.length + 1))) {
      throw new DataError(`reference run: ${name} is no parameter of the model that the metadata describes`);
    }
  }
  return new Map(
    [...shapes].map(([name, shape]) => [name, take(tensors, `${prefix}/${name}`, shape, 'float')]),
  );
}

function take(tensors: Tensors, name: string, shape: Shape, kind: 'float' | 'int32'): HostTensor {
  const found = tensors.get(name);
  if (found === undefined) throw new DataError(`reference run: ${name} ${formatShape(shape)} is missing`);
  const isKind = (found.dtype === 'int32') === (kind === 'int32');
  if (!isKind || !sameShape(found.shape, shape)) {
    const given = `${found.dtype} ${formatShape(found.shape)}`;
    throw new DataError(`reference run: ${name} is ${given}, wanted ${kind} ${formatShape(shape)}`);
  }
  return found;
}

function tokens(tensors: Tensors, name: string, shape: Shape, lowest: number, vocabSize: number): Int32Array {
  const values = Int32Array.from(take(tensors, name, shape, 'int32').data);
  const wrong = values.find((token) => token < lowest || token >= vocabSize);
  if (wrong !== undefined) {
    throw new DataError(`reference run: ${name} has token ${wrong}, outside the vocabulary of ${vocabSize}`);
  }
  return values;
}
