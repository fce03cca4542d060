/** Replays reference runs, to show that a backend computes what the paper's code does. */

import { noGrad } from '../../autograd/index.js';
import {
  createModel,
  createOptimizer,
  type LanguageModel,
  maxHiddenNormError,
  maxNormError,
} from '../../ngpt/index.js';
import type { Adam, StateDict } from '../../nn/index.js';
import { type Backend, Generator, scope, type Tensor, tensor, withBackend } from '../../tensor/index.js';
import type { SafetensorsFile } from '../checkpoint/safetensors.js';
import {
  type ReferenceParameters,
  type ReferenceRun,
  readParameters,
  readRun,
  readSettings,
} from './reference-run.js';
import { groupErrors, type ParameterError, type VerifyErrors, type VerifyReport } from './report.js';

export * from './report.js';

/**
 * Trains as the file says, on `backend`, and compares everything that it recorded.
 * @throws DataError when the file lacks something or its parts do not go together.
 */
export async function verifyReferenceRun(file: SafetensorsFile, backend: Backend): Promise<VerifyReport> {
  const settings = readSettings(file.metadata);
  const run = readRun(file.tensors, settings);
  // What the generator draws does not matter: the parameters of the file come over it.
  const model = withBackend(backend, () => createModel(settings.config, new Generator(0)));
  const optimizer = createOptimizer(model, settings.optimizer);
  try {
    const shapes = new Map(model.namedParameters().map(([name, { shape }]) => [name, shape]));
    const parameters = readParameters(file.tensors, shapes, run.batches.length);
    model.loadStateDict(parameters.init);
    const errors = await replay(model, optimizer, settings.gradClip, run, parameters);
    const misses = groupErrors(errors).flatMap(({ group, error, tolerance }) =>
      // Written so that NaN misses.
      error <= tolerance ? [] : [group],
    );
    return { backend: backend.name, mode: backend.mode, errors, misses, pass: misses.length === 0 };
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

/** Trains `model`, which holds the first parameters, with the recorded batches, and compares on the way. */
async function replay(
  model: LanguageModel,
  optimizer: Adam,
  gradClip: number,
  run: ReferenceRun,
  recorded: ReferenceParameters,
): Promise<VerifyErrors> {
  const activations = await compareActivations(model, run);
  let gradients: Record<string, number> = {};
  const parameters: Record<string, ParameterError> = {};
  const worst = { losses: 0, matrices: 0 };
  for (const [step, batch] of run.batches.entries()) {
    const loss = await backpropagate(model, batch);
    worst.losses = Math.max(worst.losses, Math.abs(loss - run.losses[step]));
    if (step === 0) gradients = await compareGradients(model, recorded.gradients);
    optimizer.step({ maxNorm: gradClip > 0 ? gradClip : null });
    const wanted = recorded.steps.get(step + 1);
    if (wanted === undefined) continue;
    parameters[step + 1] = await compareParameters(model, wanted);
    worst.matrices = Math.max(worst.matrices, await maxNormError(model));
  }
  const unitNorms = model.config.arch === 'ngpt' ? await unitNormErrors(model, run, worst.matrices) : null;
  return { ...activations, gradients, losses: worst.losses, parameters, unitNorms };
}

/** Logits and hidden states of the first batch. */
async function compareActivations(
  model: LanguageModel,
  run: ReferenceRun,
): Promise<{ logits: number; hidden: number }> {
  const outputs = noGrad(() =>
    scope(() => {
      const x = upload(model, run.batches[0].x);
      return [model.forward(x), ...model.hiddenStates(x).slice(1)];
    }),
  );
  const [logits, ...hidden] = await Promise.all(outputs.map((output) => output.takeData()));
  return {
    logits: difference(logits, run.logits).max,
    hidden: Math.max(...hidden.map((values, layer) => difference(values, run.hidden[layer]).max)),
  };
}

/** Leaves the gradients of the batch with the parameters, and returns its loss. */
async function backpropagate(model: LanguageModel, batch: ReferenceRun['batches'][number]): Promise<number> {
  model.zeroGrad();
  const loss = scope(() => {
    const loss = model.loss(upload(model, batch.x), upload(model, batch.y));
    loss.backward();
    return loss.detach();
  });
  return loss.takeItem();
}

/**
 * For each parameter the length of the difference relative to that of the reference; where this is nothing but
 * rounding (as for queries when a sequence has one token), relative to the length of all gradients together.
 */
async function compareGradients(model: LanguageModel, wanted: StateDict): Promise<Record<string, number>> {
  const total = Math.hypot(...[...wanted.values()].map(({ data }) => length(data)));
  const errors: Record<string, number> = {};
  for (const [name, { grad }] of model.namedParameters()) {
    const { data } = wanted.get(name)!;
    const found = (await grad?.data()) ?? new Float32Array(data.length);
    const own = length(data);
    const error = difference(found, data).rms * Math.sqrt(data.length);
    errors[name] = error === 0 ? 0 : error / (own > 1e-6 * total ? own : total);
  }
  return errors;
}

async function compareParameters(model: LanguageModel, wanted: StateDict): Promise<ParameterError> {
  let worst: ParameterError = { rms: 0, max: 0 };
  for (const [name, parameter] of model.namedParameters()) {
    const { rms, max } = difference(await parameter.data(), wanted.get(name)!.data);
    worst = { rms: Math.max(worst.rms, rms), max: Math.max(worst.max, max) };
  }
  return worst;
}

async function unitNormErrors(
  model: LanguageModel,
  run: ReferenceRun,
  matrices: number,
): Promise<{ matrices: number; hidden: number }> {
  const x = upload(model, run.batches[0].x);
  const hidden = await maxHiddenNormError(model, x);
  x.dispose();
  return { matrices, hidden };
}

/** Tokens [B, T] on the backend of the model. */
function upload(model: LanguageModel, tokens: Int32Array): Tensor {
  const { backend, config } = model;
  return tensor(tokens, [tokens.length / config.blockSize, config.blockSize], { backend });
}

/** Of the elements of two arrays, in double precision. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): ParameterError {
  let square = 0;
  let max = 0;
  for (let i = 0; i < a.length; i++) {
    const error = Math.abs(a[i] - b[i]);
    square += error ** 2;
    max = Math.max(max, error);
  }
  return { rms: Math.sqrt(square / a.length), max };
}

function length(values: ArrayLike<number>): number {
  let square = 0;
  for (let i = 0; i < values.length; i++) square += values[i] ** 2;
  return Math.sqrt(square);
}
