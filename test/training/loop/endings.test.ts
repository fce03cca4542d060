import { beforeAll, describe, expect, it } from 'vitest';
import { init } from '../../../src/index.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/training/checkpoint/checkpoint.js';
import type { DoneEvent, TrainEvent } from '../../../src/training/loop/events.js';
import { resumeTraining } from '../../../src/training/loop/training-state.js';
import type { TrainSettings } from '../../../src/training/settings/settings.js';

import {
  dispose,
  freshState,
  letterDataset,
  record,
  type Saved,
  smallSettings,
} from '../../helpers/models/training.js';

beforeAll(() => init('wasm'));

async function run(settings: TrainSettings) {
  const state = freshState(settings);
  const recorded = await record({ state, settings });
  dispose(state);
  return recorded;
}

/** Goes on from a checkpoint as it is read from its file. */
async function goOn({ checkpoint }: Saved, settings: TrainSettings) {
  const read = decodeCheckpoint(encodeCheckpoint(checkpoint));
  const state = await resumeTraining(read, settings, letterDataset().train);
  const recorded = await record({ state, settings, resumedFrom: 'before' });
  dispose(state);
  return recorded;
}

const saves = (saved: readonly Saved[]) => saved.map(({ checkpoint, best }) => [checkpoint.step, best]);
const evaluations = (events: readonly TrainEvent[]) =>
  events.flatMap((event) => (event.event === 'eval' ? [event.valLoss] : []));

/** Never better than at first, since nothing changes. */
const IDLE = { learningRate: 0, minLr: 0, maxIters: 30, evalInterval: 3 };
/** Up and down. */
const RESTLESS = { learningRate: 1, minLr: 1, seed: 5, maxIters: 60, evalInterval: 2 };

describe('saveInterval', () => {
  it('saves every so many steps, at the end, and where an evaluation is the best so far', async () => {
    const settings = smallSettings({ ...RESTLESS, saveInterval: 7, maxIters: 24 });
    const { events, saved } = await run(settings);
    const losses = evaluations(events);
    const best = losses.flatMap((loss, i) =>
      i > 0 && loss <= Math.min(...losses.slice(0, i)) ? [2 * i] : [],
    );
    expect(best.length).toBeLessThan(11);
    const steps = [...new Set([7, 14, 21, 24, ...best])].sort((a, b) => a - b);
    expect(saves(saved)).toEqual(steps.map((step) => [step, best.includes(step)]));
  });

  it('does not save again what a resumed run begins with, and comes to the same end', async () => {
    const settings = smallSettings({ ...RESTLESS, saveInterval: 7, maxIters: 24 });
    const { saved } = await run(settings);
    const at = saved.findIndex(({ checkpoint }) => checkpoint.step === 7);
    const resumed = await goOn(saved[at], settings);
    expect(resumed.saved).toEqual(saved.slice(at + 1));
  });
});

describe('earlyStopping', () => {
  it('ends after so many evaluations without a better one, saves, and says why', async () => {
    const { events, saved } = await run(smallSettings({ ...IDLE, earlyStopping: 3 }));
    expect(evaluations(events)).toHaveLength(1 + 3);
    expect(events.at(-1)).toMatchObject({ event: 'done', reason: 'early-stopping', steps: 9 });
    expect(saved.at(-1)!.checkpoint.patience).toEqual({ evaluatedAt: 9, withoutBetter: 3 });
    const never = await run(smallSettings({ ...IDLE, earlyStopping: 0 }));
    expect(never.events.at(-1)).toMatchObject({ reason: 'max-iters', steps: 30 });
  });

  it('counts anew from every better evaluation', async () => {
    const { events } = await run(smallSettings({ ...RESTLESS, earlyStopping: 3 }));
    const losses = evaluations(events);
    const sinceBest = losses.length - 1 - losses.indexOf(Math.min(...losses));
    expect([sinceBest, events.at(-1)]).toMatchObject([3, { reason: 'early-stopping' }]);
    expect(losses.length).toBeGreaterThan(4);
  });

  it('ends at the same step, whichever checkpoint a run goes on from', async () => {
    const settings = smallSettings({ ...RESTLESS, earlyStopping: 3, saveInterval: 1 });
    const straight = await run(settings);
    for (const saved of straight.saved) {
      const { events } = await goOn(saved, settings);
      const { seconds: _, checkpoint: __, ...end } = events.at(-1) as DoneEvent;
      expect(straight.events.at(-1)).toMatchObject(end);
    }
  });

  it('goes on where a run had ended if it is switched off', async () => {
    const settings = smallSettings({ ...IDLE, earlyStopping: 2 });
    const { saved } = await run(settings);
    const again = await goOn(saved.at(-1)!, settings);
    expect(again.events.at(-1)).toMatchObject({ reason: 'early-stopping', steps: 6 });
    const further = await goOn(saved.at(-1)!, { ...settings, earlyStopping: 0 });
    expect(further.events.at(-1)).toMatchObject({ reason: 'max-iters', steps: 30 });
  });
});
