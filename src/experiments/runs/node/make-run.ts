/** One run from its first step, or where it was interrupted, to its result. */

import { type BackendMode, type BackendName, ConfigError, NumericError } from '../../../tensor/index.js';
import type { DataSource } from '../../../training/data/data-source.js';
import { LockedError } from '../../../training/files/node/lock/claim.js';
import { evaluationParts, fullLoss } from '../../../training/loop/evaluate.js';
import type { DoneEvent, TrainEvent } from '../../../training/loop/events.js';
import { openRun, type Run } from '../../../training/node/run.js';
import type { TrainSettings } from '../../../training/settings/train-settings.js';
import type { RunSpec } from '../run.js';
import { readHistory } from './run-history.js';
import { hasCheckpoint, type RunResult, writeResult } from './run-result.js';

/** Everything that a process needs to make a run. */
export interface RunOrder {
  readonly spec: RunSpec;
  readonly name: string;
  readonly key: string;
  readonly settings: Partial<TrainSettings>;
  readonly data: DataSource;
  readonly outDir: string;
  readonly backend: BackendName;
  readonly mode: BackendMode | null;
}

/** How long a process that lost its parent may take to notice: a step. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 250;

/**
 * Trains, measures the loss over the whole validation split, and writes the result. Null if it was stopped, with what it
 * had saved. @throws what `openRun` and the run do, but for a loss that is no number: that is a result.
 */
export async function makeRun(
  order: RunOrder,
  tell: (event: TrainEvent) => void,
  stopRequested: () => boolean,
): Promise<RunResult | null> {
  const run = await openPatiently(order, stopRequested);
  if (run === null) return null;
  try {
    const end = await follow(run, tell, stopRequested);
    if (end.diverged === null && end.done?.reason !== 'max-iters') return null;
    const result = await resultOf(order, run, end);
    await writeResult(order.outDir, order.key, result);
    return result;
  } finally {
    await run.close();
  }
}

interface End {
  readonly done: DoneEvent | null;
  readonly diverged: string | null;
}

async function follow(
  run: Run,
  tell: (event: TrainEvent) => void,
  stopRequested: () => boolean,
): Promise<End> {
  let done: DoneEvent | null = null;
  try {
    for await (const event of run.events(stopRequested)) {
      tell(event);
      if (event.event === 'done') done = event;
    }
    return { done, diverged: null };
  } catch (error) {
    if (!(error instanceof NumericError)) throw error;
    // What there is to go on from does not matter: it would go the same way again.
    return { done, diverged: error.message.split(';')[0] };
  }
}

async function resultOf({ spec, name }: RunOrder, run: Run, { done, diverged }: End): Promise<RunResult> {
  const { state, settings, dataset } = run;
  const { model, step } = state;
  const { batchSize, blockSize } = settings;
  const full =
    diverged === null ? await fullLoss(model, dataset.val, batchSize, evaluationParts(settings)) : null;
  const isNumber = full !== null && Number.isFinite(full.loss);
  const { evaluations, seconds, msPerStep } = readHistory(run.outDir);
  return {
    name,
    ...spec,
    valLoss: isNumber ? full.loss : null,
    diverged: isNumber ? null : (diverged ?? `the loss became ${full?.loss} over the whole validation split`),
    steps: step,
    tokens: step * batchSize * blockSize,
    ...{ seconds, msPerStep },
    parameters: model.parameterCount(),
    mode: model.backend.mode,
    evaluations,
    maxNormError: done?.maxNormError ?? null,
  };
}

/** Waits while a process of a comparison that was killed is at its last step. Null if it is stopped before. */
async function openPatiently(order: RunOrder, stopRequested: () => boolean): Promise<Run | null> {
  const started = performance.now();
  while (!stopRequested()) {
    try {
      return await open(order);
    } catch (error) {
      const isLocked = error instanceof ConfigError && error.cause instanceof LockedError;
      if (!isLocked || performance.now() - started > PATIENCE_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  return null;
}

async function open({ settings, data, outDir, backend, mode }: RunOrder): Promise<Run> {
  const initFrom = (await hasCheckpoint(outDir)) ? 'resume' : 'scratch';
  return openRun({ settings, data, outDir, initFrom, backend, ...(mode === null ? {} : { mode }) });
}
