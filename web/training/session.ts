/** One model in training: what the worker of the page drives, and a test in Node too. */
import { type Architecture, CheckpointError, init, type LanguageModel } from '../../src/index.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/training/checkpoint/checkpoint.js';
import { readSafetensors, writeSafetensors } from '../../src/training/checkpoint/safetensors.js';
import { type Dataset, requireBlocks } from '../../src/training/data/dataset.js';
import { loadTokenizer } from '../../src/training/data/load-tokenizer.js';
import type { TokenizerDescription } from '../../src/training/data/tokenizer.js';
import { evaluateBoth } from '../../src/training/loop/evaluate.js';
import { trainStep } from '../../src/training/loop/train-step.js';
import {
  newTraining,
  noteEvaluation,
  resumeTraining,
  type TrainingState,
  takeCheckpoint,
} from '../../src/training/loop/training-state.js';
import { fitMemory } from '../../src/training/settings/fit-memory.js';
import {
  learningRateSchedule,
  modelConfigFor,
  type TrainSettings,
} from '../../src/training/settings/settings.js';
import { openData } from '../data/open-data.js';
import { trainSettingsOf } from '../setup/train-settings.js';
import { fetched } from './fetched.js';
import type { EvalPoint, Facts, Opening, StepPoint } from './protocol.js';

/** A model, its optimizer and its data, opened by `openSession`. */
export class Session {
  private readonly schedule: (step: number) => number;
  private spent = 0;

  constructor(
    readonly state: TrainingState,
    readonly settings: TrainSettings,
    readonly dataset: Dataset,
    readonly facts: Facts,
  ) {
    this.schedule = learningRateSchedule(settings);
  }

  get model(): LanguageModel {
    return this.state.model;
  }

  /** Forward, backward, clip, step. @throws NumericError or BackendError; the state is then as before the step. */
  async step(): Promise<StepPoint> {
    const started = performance.now();
    const loss = await trainStep(this.state, this.settings, this.schedule, null);
    this.spent += (performance.now() - started) / 1000;
    return { step: this.state.step, loss, seconds: this.spent };
  }

  /** Both losses, on the same batches each time. It changes nothing that a step depends on. */
  async evaluate(): Promise<EvalPoint> {
    const losses = await evaluateBoth(this.model, this.dataset, this.settings);
    // Nobody asked it to stop.
    const { trainLoss, valLoss } = losses as NonNullable<typeof losses>;
    noteEvaluation(this.state, valLoss);
    return { step: this.state.step, trainLoss, valLoss, seconds: this.spent };
  }

  /** The bytes of a file as `ngpt train` writes them. @throws NumericError when a parameter is no number any more. */
  async checkpoint(): Promise<Uint8Array> {
    const checkpoint = await takeCheckpoint(this.state, this.settings, this.dataset);
    const { tensors, metadata } = encodeCheckpoint(checkpoint);
    return writeSafetensors(tensors, metadata);
  }

  dispose(): void {
    this.state.optimizer.dispose();
    this.state.model.dispose();
  }
}

/** @throws ConfigError, DataError, CheckpointError or BackendError with what will not do, in one sentence. */
export async function openSession({ setup, arch, ownText, checkpoint }: Opening): Promise<Session> {
  const backend = await fetched(init(setup.backend, { mode: setup.mode }));
  const asked = trainSettingsOf(setup, arch);
  const { dataset: own, lines, prompt } = await fetched(openData(setup, ownText));
  const { state, dataset, settings } =
    checkpoint === null ? begin(asked, own) : await goOn(checkpoint, arch, asked, own);
  return new Session(state, settings, dataset, {
    ...{ lines, prompt },
    config: state.model.config,
    parameters: state.model.parameterCount(),
    backend: backend.name,
    mode: backend.mode,
    characters: charactersOf(dataset),
    trainTokens: dataset.train.length,
    valTokens: dataset.val.length,
    resumedFrom: state.step,
  });
}

/** What a model is trained on, and where it stands. */
interface Opened {
  readonly state: TrainingState;
  readonly dataset: Dataset;
  /** With how a batch is worked through, so that it fits into memory. */
  readonly settings: TrainSettings;
}

function begin(settings: TrainSettings, dataset: Dataset): Opened {
  requireBlocks(dataset, settings.blockSize);
  const config = modelConfigFor(settings, dataset.tokenizer.vocabSize);
  const fitted = fitMemory(settings, config);
  return { state: newTraining(config, fitted, dataset.train), dataset, settings: fitted };
}

/** With the model and the characters of the checkpoint, on the data of this page. */
async function goOn(
  bytes: Uint8Array,
  arch: Architecture,
  settings: TrainSettings,
  own: Dataset,
): Promise<Opened> {
  const checkpoint = decodeCheckpoint(readSafetensors(bytes));
  if (checkpoint.config.arch !== arch) {
    throw new CheckpointError(`this checkpoint is of the model '${checkpoint.config.arch}', not '${arch}'`);
  }
  const dataset = await withTokenizer(checkpoint.tokenizer, own);
  requireBlocks(dataset, checkpoint.config.blockSize);
  const fitted = fitMemory(settings, checkpoint.config);
  return { state: await resumeTraining(checkpoint, fitted, dataset.train), dataset, settings: fitted };
}

/** The same text in other tokens. @throws DataError naming the characters that the model has never seen. */
async function withTokenizer(description: TokenizerDescription, dataset: Dataset): Promise<Dataset> {
  const tokenizer = await loadTokenizer(description);
  const same = JSON.stringify(tokenizer.describe()) === JSON.stringify(dataset.tokenizer.describe());
  if (same) return dataset;
  const [train, val] = [dataset.train, dataset.val].map((tokens) =>
    tokenizer.encode(dataset.tokenizer.decode(tokens)),
  );
  return { ...dataset, train, val, tokenizer };
}

function charactersOf({ tokenizer }: Dataset): string[] {
  return Array.from({ length: tokenizer.vocabSize }, (_, token) => tokenizer.decode([token]));
}
