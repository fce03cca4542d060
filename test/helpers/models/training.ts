/** Small training runs for tests. */

import { type Checkpoint, encodeCheckpoint } from '../../../src/training/checkpoint/checkpoint.js';
import { writeSafetensors } from '../../../src/training/checkpoint/safetensors.js';
import { CharTokenizer } from '../../../src/training/data/char-tokenizer.js';
import { type Dataset, textDataset } from '../../../src/training/data/dataset.js';
import type { TrainEvent } from '../../../src/training/loop/events.js';
import { trainStep } from '../../../src/training/loop/train-step.js';
import { type TrainingRun, train } from '../../../src/training/loop/trainer.js';
import {
  newTraining,
  type TrainingState,
  takeCheckpoint,
} from '../../../src/training/loop/training-state.js';
import {
  learningRateSchedule,
  modelConfigFor,
  type TrainSettings,
  trainSettings,
} from '../../../src/training/settings/settings.js';

/** Text with a simple rule: each letter follows from the one before. */
export function letterDataset(length = 600): Dataset {
  const text = 'abcdefgh'.repeat(Math.ceil(length / 8)).slice(0, length);
  return textDataset('letters', text, CharTokenizer.fromText(text));
}

const SMALL = { nLayer: 2, nHead: 2, nEmbd: 8, blockSize: 8, batchSize: 4, maxIters: 6 } as const;

export function smallSettings(given: Partial<TrainSettings> = {}): TrainSettings {
  return trainSettings({ ...SMALL, evalInterval: 3, evalIters: 2, warmupIters: 2, ...given });
}

/** A state before the first step. */
export function freshState(settings: TrainSettings, dataset = letterDataset()): TrainingState {
  return newTraining(modelConfigFor(settings, dataset.tokenizer.vocabSize), settings, dataset.train);
}

export interface Saved {
  readonly checkpoint: Checkpoint;
  readonly best: boolean;
}

export interface Recorded {
  readonly events: TrainEvent[];
  readonly saved: Saved[];
}

/** Trains to the end and keeps what happens. `onEvent` is called as it does. */
export async function record(
  run: Pick<TrainingRun, 'state' | 'settings'> & Partial<TrainingRun>,
  onEvent: (event: TrainEvent, recorded: Recorded) => void = () => {},
): Promise<Recorded> {
  const recorded: Recorded = { events: [], saved: [] };
  const complete: TrainingRun = {
    dataset: letterDataset(),
    resumedFrom: null,
    team: null,
    stopRequested: () => false,
    save: async (checkpoint, best) => {
      recorded.saved.push({ checkpoint, best });
      return `checkpoint ${checkpoint.step}`;
    },
    ...run,
  };
  for await (const event of train(complete)) {
    recorded.events.push(event);
    onEvent(event, recorded);
  }
  return recorded;
}

export function dispose({ model, optimizer }: TrainingState): void {
  optimizer.dispose();
  model.dispose();
}

/** The file of a checkpoint after one step, as small as they get. */
export async function tinyCheckpoint(arch: 'ngpt' | 'gpt'): Promise<Uint8Array> {
  const settings = smallSettings({ arch, nHead: 1, nEmbd: 2, dMlp: 2 });
  const dataset = letterDataset();
  const state = freshState(settings, dataset);
  await trainStep(state, settings, learningRateSchedule(settings), null);
  const { tensors, metadata } = encodeCheckpoint(await takeCheckpoint(state, settings, dataset));
  dispose(state);
  return writeSafetensors(tensors, metadata);
}
