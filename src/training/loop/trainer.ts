/** The training loop: steps, evaluations and checkpoints until a run ends. Explained in docs/training.md. */
import { type LanguageModel, maxHiddenNormError, maxNormError } from '../../ngpt/index.js';
import { requireFunction, requireObject } from '../../tensor/checks/values.js';
import { CheckpointError, Generator, NumericError, scope } from '../../tensor/index.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { isExhausted } from '../checkpoint/patience.js';
import { BatchSampler, batchTensors } from '../data/batches.js';
import { type Dataset, requireDataset, type Tokens } from '../data/dataset.js';
import { estimateMemory, planOf } from '../settings/estimate-memory.js';
import { requireSettings } from '../settings/require-settings.js';
import { learningRateSchedule, type TrainSettings } from '../settings/settings.js';
import { evaluateBoth, evaluationParts, type StopRequested } from './evaluate.js';
import { nextTurn } from './event-loop.js';
import type { EndReason, EvalEvent, StartEvent, TrainEvent } from './events.js';
import { memoryUse } from './memory-use.js';
import { requireTeam, type Team } from './team.js';
import { trainStep } from './train-step.js';
import { noteEvaluation, requireState, type TrainingState, takeCheckpoint } from './training-state.js';

/** What a training run needs. */
export interface TrainingRun {
  readonly state: TrainingState;
  /** Path of the checkpoint that the state comes from; null for a run from scratch. */
  readonly resumedFrom: string | null;
  readonly settings: TrainSettings;
  readonly dataset: Dataset;
  /** Shares out each batch; null trains alone. */
  readonly team: Team | null;
  /** Keeps a checkpoint, durably, and says where. `best` is true if no earlier one had a lower validation loss. */
  readonly save: (checkpoint: Checkpoint, best: boolean) => Promise<string>;
  /** Asked between steps and while evaluating; true ends the run, which saves what it has. So does `maxMinutes`. */
  readonly stopRequested: StopRequested;
  /** Told after each batch of an evaluation, which may take a while. */
  readonly evaluating?: Evaluating;
}

/** How many batches an evaluation has been through, of how many. */
export type Evaluating = (made: number, total: number) => void;

/** Blocks whose hidden states are measured at the end. */
const MEASURED_ROWS = 4;
/** The same in each evaluation, of which it takes a hundredth of the time. */
const EVALUATED_ROWS = 2;

/** @throws ArgumentError or ConfigError unless everything is there. */
function requireRun(run: TrainingRun): void {
  requireObject('train', 'the run', run);
  requireState('train', run.state);
  requireSettings('train', run.settings);
  requireDataset('train', run.dataset);
  requireTeam('train', run.team);
  requireFunction('train', 'save', run.save);
  requireFunction('train', 'stopRequested', run.stopRequested);
  if (run.evaluating !== undefined) requireFunction('train', 'evaluating', run.evaluating);
}

/**
 * Trains, and yields what happens. It evaluates every `evalInterval` steps, the start and the end included. It saves
 * every `saveInterval` steps, where an evaluation is the best so far, and at the end; without that setting after each
 * evaluation but the first. A run without a step left to make evaluates and saves nothing.
 * @throws NumericError when the loss is no longer a number; the last good checkpoint stays as it is.
 */
export async function* train(run: TrainingRun): AsyncGenerator<TrainEvent, void, undefined> {
  requireRun(run);
  const { state, settings, dataset, team } = run;
  const { maxIters, evalInterval } = settings;
  const schedule = learningRateSchedule(settings);
  const saver = new Saver(run);
  const hasWork = state.step < maxIters;
  const started = performance.now();
  const isTimeUp = () =>
    settings.maxMinutes > 0 && performance.now() - started >= 60_000 * settings.maxMinutes;
  const isOver = () => run.stopRequested() || isTimeUp();
  let reason: EndReason | null = null;
  yield startEvent(run);

  for (;;) {
    let best: boolean | null = null;
    if (state.step % evalInterval === 0 || state.step >= maxIters) {
      const evaluation = await saver.guard(() => evaluate(run, isOver));
      if (evaluation === null) break;
      best = noteEvaluation(state, evaluation.valLoss);
      yield evaluation;
    }
    if (hasWork && saver.isDue(best)) await saver.save(best ?? false);
    reason = endReason(run, isTimeUp);
    if (reason !== null) break;

    const lr = schedule(state.step);
    const stepStarted = performance.now();
    await team?.next('step');
    const loss = await saver.guard(() => trainStep(state, settings, schedule, team));
    await nextTurn();
    const msPerStep = performance.now() - stepStarted;
    const tokensPerSecond = (1000 * settings.batchSize * settings.blockSize) / msPerStep;
    const memory = memoryUse(state, team);
    yield { event: 'step', step: state.step, loss, lr, tokensPerSecond, msPerStep, memory };
    if (isOver()) break;
  }

  // Not all its steps, even if it was at the last: their evaluation is missing.
  reason ??= isTimeUp() && !run.stopRequested() ? 'max-minutes' : 'stopped';
  if (state.step > saver.savedStep) await saver.save(false);
  yield {
    event: 'done',
    reason,
    steps: state.step,
    valLoss: state.valLoss,
    seconds: (performance.now() - started) / 1000,
    checkpoint: saver.path,
    maxNormError: await largestNormError(state.model, dataset.val, settings, MEASURED_ROWS),
  };
}

/** Null if there is more to do. */
function endReason(
  { state, settings, stopRequested }: TrainingRun,
  isTimeUp: () => boolean,
): EndReason | null {
  if (state.step >= settings.maxIters) return 'max-iters';
  if (isExhausted(state.patience, settings.earlyStopping)) return 'early-stopping';
  if (stopRequested()) return 'stopped';
  return isTimeUp() ? 'max-minutes' : null;
}

/** Knows the last good checkpoint. */
class Saver {
  path: string | null;
  savedStep: number;

  constructor(private readonly run: TrainingRun) {
    this.path = run.resumedFrom;
    this.savedStep = run.state.step;
  }

  /** Whether to save now. @param best - whether the evaluation of this step is the best so far; null without one. */
  isDue(best: boolean | null): boolean {
    const { step } = this.run.state;
    const { saveInterval } = this.run.settings;
    if (step === 0 || saveInterval === null) return step > 0 && best !== null;
    return best === true || (step % saveInterval === 0 && step > this.savedStep);
  }

  async save(best: boolean): Promise<void> {
    const { state, settings, dataset, team, save } = this.run;
    await team?.next('save');
    const checkpoint = await takeCheckpoint(state, settings, dataset, team);
    this.path = await this.guard(() => save(checkpoint, best));
    this.savedStep = state.step;
  }

  /** Adds to an error of the training or of a save what there is to go on from. */
  async guard<T>(f: () => Promise<T>): Promise<T> {
    try {
      return await f();
    } catch (error) {
      const isSave = error instanceof CheckpointError;
      if (!isSave && !(error instanceof NumericError)) throw error;
      const kept =
        this.path === null
          ? 'this run had not saved a checkpoint yet'
          : `the last good checkpoint, of step ${this.savedStep}, is ${this.path}`;
      const message = `${error.message}; ${kept}`;
      throw isSave
        ? new CheckpointError(message, { cause: error })
        : new NumericError(message, { cause: error });
    }
  }
}

/** Null if it was stopped. */
async function evaluate(
  { state, settings, dataset, team, evaluating }: TrainingRun,
  isOver: StopRequested,
): Promise<EvalEvent | null> {
  const { model, step } = state;
  let made = 0;
  const onBatch = () => evaluating?.(++made, 2 * settings.evalIters);
  await team?.next('evaluate');
  const losses = await evaluateBoth(model, dataset, settings, { team, onBatch }, isOver);
  if (losses === null) return null;
  const { trainLoss, valLoss } = losses;
  for (const loss of [trainLoss, valLoss]) {
    if (Number.isFinite(loss)) continue;
    throw new NumericError(`the loss became ${loss} in the evaluation after step ${step}`);
  }
  const maxNormError = await largestNormError(model, dataset.val, settings, EVALUATED_ROWS);
  return { event: 'eval', step, trainLoss, valLoss, maxNormError };
}

function startEvent({ state, settings, dataset }: TrainingRun): StartEvent {
  const { model } = state;
  const { backend } = model;
  return {
    event: 'start',
    ...settings,
    ...model.config,
    data: dataset.name,
    trainTokens: dataset.train.length,
    valTokens: dataset.val.length,
    backend: backend.name,
    mode: backend.mode,
    parameters: model.parameterCount(),
    estimatedBytes: estimateMemory(model.config, settings, planOf(settings)),
    resumedFrom: state.step,
  };
}

/** Looks at no more blocks than a part of a batch has: what was large enough to train is large enough to be measured. */
async function largestNormError(
  model: LanguageModel,
  tokens: Tokens,
  settings: TrainSettings,
  mostRows: number,
): Promise<number | null> {
  const { arch, blockSize } = model.config;
  if (arch !== 'ngpt') return null;
  const rows = Math.min(mostRows, Math.floor(settings.batchSize / evaluationParts(settings)));
  const batch = new BatchSampler(tokens, blockSize, rows, new Generator(settings.seed)).next();
  const inputs = scope(() => batchTensors(batch).inputs);
  const hidden = await maxHiddenNormError(model, inputs);
  inputs.dispose();
  return Math.max(await maxNormError(model), hidden);
}
