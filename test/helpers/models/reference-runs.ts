/** Reference runs: the shared ones, and more of any shape made on the spot. */
import { readFileSync } from 'node:fs';
import {
  type Backend,
  createModel,
  createOptimizer,
  Generator,
  type HostTensor,
  type LanguageModel,
  type ModelConfig,
  noGrad,
  type StateDict,
  scope,
  type Tensor,
  withBackend,
} from '../../../src/index.js';
import { readSafetensors, type SafetensorsFile } from '../../../src/training/checkpoint/safetensors.js';
import { randomTokens, scatterScales } from './models.js';

export const SHARED_RUNS = ['ngpt-tiny', 'ngpt-tiny-released-rope', 'gpt-tiny'] as const;

export function sharedRun(name: (typeof SHARED_RUNS)[number]): SafetensorsFile {
  return readSafetensors(readFileSync(new URL(`../../fixtures/${name}.safetensors`, import.meta.url)));
}

export interface RecordOptions {
  readonly config: ModelConfig;
  readonly batchSize: number;
  readonly steps: number;
  /** After which steps to record the parameters. */
  readonly recorded: readonly number[];
  readonly gradClip?: number;
  readonly seed?: number;
}

/**
 * Large, so that Adam's step is a smooth function of the gradient. With the usual 1e-8 it is nearly its sign, and in
 * the smallest models many a gradient is 0 but for rounding (with d_mlp 1, for one, nothing but u's sign matters).
 */
const EPSILON = 1e-3;

/** The metadata of a run, as the shared files have it. */
function metadataOf({ config, batchSize, gradClip = 1 }: RecordOptions): Map<string, string> {
  return new Map(
    Object.entries({
      architecture: config.arch,
      vocab_size: config.vocabSize,
      n_embd: config.nEmbd,
      d_mlp: config.dMlp,
      n_layer: config.nLayer,
      n_head: config.nHead,
      alpha_init: config.alphaInit,
      rope: config.rope,
      rope_base: config.ropeBase,
      batch: batchSize,
      block_size: config.blockSize,
      lr: 0.01,
      beta1: 0.9,
      beta2: 0.95,
      eps: EPSILON,
      grad_clip: gradClip,
      weight_decay_matrices: config.arch === 'gpt' ? 0.1 : 0,
      lr_schedule: 'constant',
    }).map(([name, value]) => [name, String(value)]),
  );
}

/** Trains on `backend`, which must be able to read at once, and records what a reference run holds. */
export function recordRun(options: RecordOptions, backend: Backend): SafetensorsFile {
  const { config, batchSize, steps, recorded, gradClip = 1, seed = 1 } = options;
  const tensors: StateDict = new Map();
  const record = (name: string, shape: readonly number[], data: HostTensor['data']) =>
    tensors.set(name, { dtype: data instanceof Int32Array ? 'int32' : 'float32', shape, data });
  const recordAll = (prefix: string, values: (parameter: Tensor) => Tensor) => {
    for (const [name, parameter] of model.namedParameters()) {
      record(`${prefix}/${name}`, parameter.shape, Float32Array.from(values(parameter).dataSync()));
    }
  };
  const generator = new Generator(seed);
  const [model, x, y] = withBackend(backend, () => {
    const model: LanguageModel = createModel(config, generator);
    scatterScales(model, generator);
    const shape = [steps * batchSize, config.blockSize] as const;
    return [model, randomTokens(config, generator, shape), randomTokens(config, generator, shape)];
  });
  recordAll('init', (parameter) => parameter);
  // The run starts from what the file says, rounded as it is.
  model.loadStateDict(new Map(model.namedParameters().map(([name]) => [name, tensors.get(`init/${name}`)!])));
  record('batch/x', [steps, batchSize, config.blockSize], x.dataSync());
  record('batch/y', [steps, batchSize, config.blockSize], y.dataSync());
  const optimizer = createOptimizer(model, { learningRate: 0.01, epsilon: EPSILON });
  const losses = new Float32Array(steps);
  for (let step = 0; step < steps; step++) {
    scope(() => {
      const [from, to] = [step * batchSize, (step + 1) * batchSize];
      const batch = { x: x.slice(0, from, to), y: y.slice(0, from, to) };
      if (step === 0) recordActivations(model, batch.x, record);
      optimizer.zeroGrad();
      const loss = model.loss(batch.x, batch.y);
      loss.backward();
      losses[step] = loss.itemSync();
      if (step === 0) recordAll('grad', (parameter) => parameter.grad!);
      optimizer.step({ maxNorm: gradClip === 0 ? null : gradClip });
    });
    if (recorded.includes(step + 1)) recordAll(`step${step + 1}`, (parameter) => parameter);
  }
  record('losses', [steps], losses);
  for (const holder of [optimizer, model, x, y]) holder.dispose();
  return { tensors, metadata: metadataOf(options) };
}

function recordActivations(
  model: LanguageModel,
  x: Tensor,
  record: (name: string, shape: readonly number[], data: Float32Array) => void,
): void {
  noGrad(() => {
    const logits = model.forward(x);
    record('logits', logits.shape, Float32Array.from(logits.dataSync()));
    model
      .hiddenStates(x)
      .slice(1)
      .forEach((hidden, layer) => {
        record(`hidden/${layer}`, hidden.shape, Float32Array.from(hidden.dataSync()));
      });
  });
}

/** A copy with other metadata, and with some tensors changed element by element. */
export function changed(
  file: SafetensorsFile,
  metadata: Record<string, string>,
  tensors: Record<string, (value: number) => number> = {},
): SafetensorsFile {
  const edited = new Map(file.tensors);
  for (const [name, change] of Object.entries(tensors)) {
    const tensor = edited.get(name)!;
    edited.set(name, { ...tensor, data: tensor.data.map(change) });
  }
  return { tensors: edited, metadata: new Map([...file.metadata, ...Object.entries(metadata)]) };
}
