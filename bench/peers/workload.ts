/** The values that all contenders work on, as files. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackend, Generator, type HostTensor, withBackend } from '../../src/index.js';
import {
  NumberTokenizer,
  newTraining,
  readSafetensors,
  type TrainSettings,
  takeCheckpoint,
  trainSettings,
  writeCheckpoint,
  writeSafetensors,
} from '../../src/training/node/index.js';
import { modelConfigFor } from '../../src/training/settings/settings.js';
import { CASES, type CaseName, CHECKED_STEPS, groupOf } from './protocol.js';

/** Tensors by name; see `makeInputs`. */
export type Inputs = ReadonlyMap<string, HostTensor>;

export const VOCABULARY = 65;
const TEXT_LENGTH = 10_000;
/** The weights of attention of `nano-cpu`, and its queries. */
const ROWS = { softmax: [3072, 64], unit: [3072, 32] } as const;

/** All that a training step depends on besides the weights; written as JSON. */
export interface StepSettings {
  readonly vocabSize: number;
  readonly nLayer: number;
  readonly nHead: number;
  readonly nEmbd: number;
  readonly blockSize: number;
  readonly batchSize: number;
  readonly alphaInit: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly gradClip: number;
}

export const FILES = {
  /** A checkpoint of ours: the weights under the names of the released code. */
  weights: 'weights.safetensors',
  inputs: 'inputs.safetensors',
  settings: 'settings.json',
} as const;

/** Our settings of the step: `nano-cpu` at a rate that stays as it is. */
export function stepTraining(threads: number): TrainSettings {
  return trainSettings({ learningRate: 1e-3, gradClip: 1, threads }, 'nano-cpu');
}

/** The size in the name of a product. */
export function matmulSize(name: CaseName): number {
  return Number(name.split(' ')[1]);
}

/** @throws Error for a name that is not there. */
export function input(inputs: Inputs, name: string): HostTensor {
  const found = inputs.get(name);
  if (found === undefined) throw new Error(`the inputs hold no ${name}`);
  return found;
}

/** Writes all files into a folder of their own. */
export async function writeWorkload(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'spheregrad-peers-'));
  const settings = stepTraining(1);
  const tokens = Int32Array.from({ length: TEXT_LENGTH }, (_, i) => (i * i + 7 * (i >> 3)) % VOCABULARY);
  const state = withBackend(await createBackend('reference'), () =>
    newTraining(modelConfigFor(settings, VOCABULARY), settings, tokens),
  );
  const dataset = { name: 'peers', train: tokens, val: tokens, tokenizer: new NumberTokenizer(VOCABULARY) };
  // Before the first batch is drawn, so that ours draws the same ones.
  await writeCheckpoint(join(folder, FILES.weights), await takeCheckpoint(state, settings, dataset));
  const inputs = makeInputs(new Generator(1));
  inputs.set('step tokens', { dtype: 'int32', shape: [tokens.length], data: tokens });
  const { batchSize, blockSize } = settings;
  for (let i = 0; i < CHECKED_STEPS; i++) {
    // [2, rows, blockSize]: what goes in, and what follows.
    const shape = [2, batchSize, blockSize];
    inputs.set(`step batch ${i}`, { dtype: 'int32', shape, data: state.sampler.next().tokens });
  }
  await writeFile(join(folder, FILES.inputs), writeSafetensors(inputs));
  await writeFile(join(folder, FILES.settings), JSON.stringify(stepSettings(settings)));
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

export async function readInputs(folder: string): Promise<Inputs> {
  return readSafetensors(await readFile(join(folder, FILES.inputs))).tensors;
}

/** Two factors for every product, and one operand for every other kernel. */
function makeInputs(generator: Generator): Map<string, HostTensor> {
  const inputs = new Map<string, HostTensor>();
  const add = (name: string, shape: readonly number[]) => {
    const length = shape.reduce((size, extent) => size * extent, 1);
    const data = Float32Array.from({ length }, () => generator.normal());
    inputs.set(name, { dtype: 'float32', shape, data });
  };
  for (const name of CASES) {
    const group = groupOf(name);
    if (group === 'matmul')
      for (const side of ['a', 'b']) add(`${name} ${side}`, Array(2).fill(matmulSize(name)));
    else if (group !== 'step') add(`${group} x`, ROWS[group]);
  }
  return inputs;
}

function stepSettings(settings: TrainSettings): StepSettings {
  const { nLayer, nHead, nEmbd, blockSize, batchSize, learningRate, beta1, beta2, gradClip } = settings;
  const { alphaInit } = modelConfigFor(settings, VOCABULARY);
  const sizes = { vocabSize: VOCABULARY, nLayer, nHead, nEmbd, blockSize, batchSize };
  // The epsilon that our optimizer has by itself.
  return { ...sizes, alphaInit, learningRate, beta1, beta2, epsilon: 1e-8, gradClip };
}
