/**
 * All that training changes, and its three beginnings: from scratch, from weights, from a checkpoint.
 * Explained in docs/learn/11-training.md.
 */
import { optimizerSettings } from '../../ngpt/create.js';
import { createModel, createOptimizer, LanguageModel, type ModelConfig } from '../../ngpt/index.js';
import { type Adam, Optimizer, type StateDict } from '../../nn/index.js';
import { described } from '../../tensor/checks/describe.js';
import { requireNumber, requireObject, requireWhole } from '../../tensor/checks/values.js';
import { ArgumentError, Generator } from '../../tensor/index.js';
import { type Checkpoint, loadModel, requireCheckpoint } from '../checkpoint/checkpoint.js';
import { afterEvaluation, FRESH, type Patience } from '../checkpoint/patience.js';
import { BatchSampler } from '../data/batches.js';
import {
  type Dataset,
  requireDataset,
  requireTokenArray,
  storedDataOf,
  type Tokens,
} from '../data/dataset.js';
import { requireSettings } from '../settings/require-settings.js';
import type { TrainSettings } from '../settings/settings.js';
import { ALONE, type Member, ownParameters, requireTeam, type Team } from './team.js';

/** What changes while a model is trained. */
export interface TrainingState {
  readonly model: LanguageModel;
  readonly optimizer: Adam;
  readonly sampler: BatchSampler;
  /** Steps made so far. */
  step: number;
  /** Of the last evaluation; null before the first. */
  valLoss: number | null;
  /** The lowest so far. */
  bestValLoss: number | null;
  patience: Patience;
  /** How far from unit the matrices of the checkpoint were, if loading had to normalize them; else 0. */
  readonly normalized: number;
}

/**
 * Before the first step: one generator, from the seed, makes the parameters and then draws the batches, unless these have
 * a seed of their own.
 */
export function newTraining(config: ModelConfig, settings: TrainSettings, tokens: Tokens): TrainingState {
  requireSettings('newTraining', settings);
  requireTokenArray('newTraining', tokens);
  const generator = new Generator(settings.seed);
  const model = createModel(config, generator);
  return beforeFirstStep(model, 0, settings, tokens, generator);
}

/** Before the first step of a run that begins with the model of a checkpoint. @throws CheckpointError where it does not fit. */
export async function trainingFromWeights(
  checkpoint: Checkpoint,
  settings: TrainSettings,
  tokens: Tokens,
): Promise<TrainingState> {
  requireSettings('trainingFromWeights', settings);
  requireTokenArray('trainingFromWeights', tokens);
  const { model, normalized } = await loadModel(checkpoint);
  return beforeFirstStep(model, normalized, settings, tokens, new Generator(settings.seed));
}

function beforeFirstStep(
  model: LanguageModel,
  normalized: number,
  settings: TrainSettings,
  tokens: Tokens,
  generator: Generator,
): TrainingState {
  const { batchSeed, batchSize } = settings;
  const optimizer = createOptimizer(model, optimizerSettings(settings));
  try {
    const drawing = batchSeed === null ? generator : new Generator(batchSeed);
    const sampler = new BatchSampler(tokens, model.config.blockSize, batchSize, drawing);
    const fresh = { step: 0, valLoss: null, bestValLoss: null, patience: FRESH };
    return { model, optimizer, sampler, normalized, ...fresh };
  } catch (error) {
    optimizer.dispose();
    model.dispose();
    throw error;
  }
}

/**
 * Where a checkpoint left off. A member of a team takes over the moments of its own parameters.
 * @throws CheckpointError when it does not fit together.
 */
export async function resumeTraining(
  checkpoint: Checkpoint,
  settings: TrainSettings,
  tokens: Tokens,
  member: Member = ALONE,
): Promise<TrainingState> {
  requireCheckpoint('resumeTraining', checkpoint);
  requireSettings('resumeTraining', settings);
  requireTokenArray('resumeTraining', tokens);
  requireObject('resumeTraining', 'member', member);
  requireWhole('member: size', member.size, 1);
  requireWhole('member: index', member.index, 0, { most: member.size - 1 });
  const { step, valLoss, bestValLoss, patience } = checkpoint;
  const { model, normalized } = await loadModel(checkpoint);
  const optimizer = createOptimizer(model, optimizerSettings(settings));
  try {
    // Before the first step there are none.
    if (step > 0 || checkpoint.optimizer.size > 0) {
      optimizer.loadStateDict({ step, tensors: checkpoint.optimizer }, ownParameters(optimizer, member));
    }
    const { blockSize } = model.config;
    const sampler = new BatchSampler(tokens, blockSize, settings.batchSize, new Generator(0));
    sampler.restore(checkpoint.sampler);
    return { model, optimizer, sampler, step, valLoss, bestValLoss, patience, normalized };
  } catch (error) {
    optimizer.dispose();
    model.dispose();
    throw error;
  }
}

/** @throws ArgumentError unless it is what `newTraining` makes. */
export function requireState(op: string, state: unknown): void {
  const { model, optimizer, sampler } = (state ?? {}) as Readonly<Record<string, unknown>>;
  const isState =
    model instanceof LanguageModel && optimizer instanceof Optimizer && sampler instanceof BatchSampler;
  if (!isState) {
    throw new ArgumentError(
      `${op}: wants { model, optimizer, sampler, … } as newTraining() makes them, got ${described(state)}`,
    );
  }
  const { step, valLoss, bestValLoss, patience } = state as TrainingState;
  requireWhole('step', step, 0);
  for (const loss of [valLoss, bestValLoss]) if (loss !== null) requireNumber(op, 'a loss', loss);
  requireObject(op, 'patience', patience);
  const { evaluatedAt, withoutBetter } = patience;
  if (evaluatedAt !== null) requireWhole('patience.evaluatedAt', evaluatedAt, 0);
  requireWhole('patience.withoutBetter', withoutBetter, 0);
}

/** Takes in the loss of an evaluation. Returns whether no earlier one was lower. */
export function noteEvaluation(state: TrainingState, valLoss: number): boolean {
  const lowest = state.bestValLoss ?? Number.POSITIVE_INFINITY;
  state.patience = afterEvaluation(state.patience, state.step, valLoss < lowest);
  state.valLoss = valLoss;
  state.bestValLoss = Math.min(lowest, valLoss);
  return valLoss <= lowest;
}

/** What a checkpoint holds of a run at this moment. `team` is busy with nothing else. */
export async function takeCheckpoint(
  state: TrainingState,
  settings: TrainSettings,
  dataset: Dataset,
  team: Team | null = null,
): Promise<Checkpoint> {
  requireState('takeCheckpoint', state);
  requireSettings('takeCheckpoint', settings);
  requireDataset('takeCheckpoint', dataset);
  requireTeam('takeCheckpoint', team);
  const { optimizer } = state;
  const moments = team === null ? (await optimizer.stateDict()).tensors : await team.moments();
  return checkpointWith(moments, state, settings, dataset);
}

/** The same with moments from elsewhere. */
export async function checkpointWith(
  moments: StateDict,
  { model, sampler, step, valLoss, bestValLoss, patience }: TrainingState,
  settings: TrainSettings,
  dataset: Dataset,
): Promise<Checkpoint> {
  return {
    config: model.config,
    settings,
    ...storedDataOf(dataset),
    tokenizer: dataset.tokenizer.describe(),
    step,
    valLoss,
    bestValLoss,
    patience,
    sampler: sampler.state(),
    model: await model.stateDict(),
    optimizer: moments,
  };
}
