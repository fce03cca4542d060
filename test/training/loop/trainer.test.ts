import { beforeAll, describe, expect, it, vi } from 'vitest';
import { assignInPlace, init, liveBuffers, NumericError, scope, tensor } from '../../../src/index.js';
import type { DoneEvent, StepEvent, TrainEvent } from '../../../src/training/loop/events.js';
import type { TrainingState } from '../../../src/training/loop/training-state.js';
import { dispose, freshState, record, smallSettings } from '../../helpers/models/training.js';
import { expectClose } from '../../helpers/values/close.js';
import { absolute, relative } from '../../helpers/values/tolerance.js';

beforeAll(() => init('wasm'));

function kinds(events: readonly TrainEvent[]): string[] {
  return events.map((event) => ('step' in event ? `${event.event} ${event.step}` : event.event));
}

function losses(events: readonly TrainEvent[]): number[] {
  return events.flatMap((event) => (event.event === 'step' ? [event.loss] : []));
}

function normErrors(events: readonly TrainEvent[]): (number | null)[] {
  return events.flatMap((event) => (event.event === 'eval' ? [event.maxNormError] : []));
}

/** Makes one parameter infinite. */
function poison({ model }: TrainingState): void {
  const [parameter] = model.parameters();
  scope(() =>
    assignInPlace(parameter, tensor(new Float32Array(parameter.size).fill(Number.NaN), parameter.shape)),
  );
}

describe('train', () => {
  it('tells its story in order: evaluations at the start, at every interval and at the end', async () => {
    const settings = smallSettings({ maxIters: 5, evalInterval: 2 });
    const state = freshState(settings);
    const { events, saved } = await record({ state, settings });
    expect(kinds(events)).toEqual([
      ...[
        'start',
        'eval 0',
        'step 1',
        'step 2',
        'eval 2',
        'step 3',
        'step 4',
        'eval 4',
        'step 5',
        'eval 5',
        'done',
      ],
    ]);
    expect(saved.map(({ checkpoint }) => checkpoint.step)).toEqual([2, 4, 5]);
    dispose(state);
  });

  it('says what it trains and how it went', async () => {
    const settings = smallSettings({ minLr: 0.001 });
    const state = freshState(settings);
    const { events } = await record({ state, settings });
    expect(events[0]).toMatchObject({
      ...{
        event: 'start',
        arch: 'ngpt',
        nLayer: 2,
        dMlp: 32,
        vocabSize: 8,
        data: 'letters',
        backend: 'wasm',
      },
      ...{ trainTokens: 540, valTokens: 60, seed: 1337, maxIters: 6, resumedFrom: 0 },
      parameters: state.model.parameterCount(),
    });
    const steps = events.filter((event): event is StepEvent => event.event === 'step');
    expectClose(
      steps.map(({ lr }) => lr / 0.01),
      [1 / 3, 2 / 3, 1, ...[1, 2, 3].map((i) => 0.1 + 0.45 * (1 + Math.cos((Math.PI * i) / 4)))],
      relative(1e-12),
    );
    for (const { msPerStep, tokensPerSecond } of steps) {
      expectClose(tokensPerSecond * msPerStep, 1000 * 4 * 8, absolute(5e-7));
    }
    const done = events.at(-1) as DoneEvent;
    expect(done).toMatchObject({ event: 'done', steps: 6, checkpoint: 'checkpoint 6' });
    expect(done.valLoss).toBe(state.valLoss);
    expect(done.maxNormError).toBeLessThan(1e-5);
    expect(done.seconds).toBeGreaterThan(0);
    dispose(state);
  });

  it.each(['ngpt', 'gpt'] as const)('teaches %s a simple rule', async (arch) => {
    const settings = smallSettings({
      arch,
      maxIters: 120,
      evalInterval: 120,
      evalIters: 5,
      learningRate: 0.02,
    });
    const state = freshState(settings);
    const { events } = await record({ state, settings });
    const [before, after] = events.flatMap((event) => (event.event === 'eval' ? [event] : []));
    expect(before.valLoss).toBeGreaterThan(1.8);
    expect(after.valLoss).toBeLessThan(0.3);
    expect(after.trainLoss).toBeLessThan(0.3);
    dispose(state);
  });

  it('makes the same losses from the same seed, bit for bit, and others from another', async () => {
    const run = async (seed: number) => {
      const settings = smallSettings({ seed });
      const state = freshState(settings);
      const { events, saved } = await record({ state, settings });
      dispose(state);
      return { losses: losses(events), last: saved.at(-1)!.checkpoint };
    };
    const [first, second, other] = [await run(3), await run(3), await run(4)];
    expect(second).toEqual(first);
    expect(other.losses).not.toEqual(first.losses);
  });

  it('learns the same however often it evaluates', async () => {
    const run = async (evalInterval: number) => {
      const settings = smallSettings({ evalInterval });
      const state = freshState(settings);
      const { events } = await record({ state, settings });
      dispose(state);
      return losses(events);
    };
    expect(await run(1)).toEqual(await run(100));
  });

  it('gives no unit norms for the baseline, which has none', async () => {
    const settings = smallSettings({ arch: 'gpt', maxIters: 1 });
    const state = freshState(settings);
    const { events } = await record({ state, settings });
    expect(events.at(-1)).toMatchObject({ event: 'done', maxNormError: null });
    expect(normErrors(events)).toEqual([null, null]);
    dispose(state);
  });

  it('follows the unit norms along a run, in every evaluation', async () => {
    const settings = smallSettings({ maxIters: 4, evalInterval: 2 });
    const state = freshState(settings);
    // A vector that the first step of the optimizer makes unit again.
    const [embedding] = state.model.parameters();
    scope(() => assignInPlace(embedding, embedding.mul(3)));
    const { events } = await record({ state, settings });
    const [first, ...rest] = normErrors(events) as number[];
    expectClose(first, 2, absolute(1e-6));
    expect(rest).toHaveLength(2);
    for (const error of rest) expect(error).toBeLessThan(1e-5);
    // The end looks at the same blocks, and at some more.
    expect(rest.at(-1)).toBeLessThanOrEqual((events.at(-1) as DoneEvent).maxNormError!);
    dispose(state);
  });

  it('marks the checkpoint with the lowest validation loss as best', async () => {
    const settings = smallSettings({ maxIters: 40, evalInterval: 5, learningRate: 0.05, minLr: 0.05 });
    const state = freshState(settings);
    const { events, saved } = await record({ state, settings });
    const valLosses = events.flatMap((event) => (event.event === 'eval' ? [event.valLoss] : []));
    let lowest = valLosses[0];
    for (const [i, { best, checkpoint }] of saved.entries()) {
      expect(best).toBe(valLosses[i + 1] <= lowest);
      lowest = Math.min(lowest, valLosses[i + 1]);
      expect(checkpoint.bestValLoss).toBe(lowest);
      expect(checkpoint.valLoss).toBe(valLosses[i + 1]);
    }
    dispose(state);
  });

  it('evaluates once and saves nothing when there are no steps to make', async () => {
    const settings = smallSettings({ maxIters: 0 });
    const state = freshState(settings);
    const { events, saved } = await record({ state, settings });
    expect(kinds(events)).toEqual(['start', 'eval 0', 'done']);
    expect(events.at(-1)).toMatchObject({ steps: 0, checkpoint: null });
    expect(saved).toEqual([]);
    dispose(state);
  });

  it.each([6, 7])(
    'evaluates and saves nothing when a resumed run of %i steps has none left',
    async (step) => {
      const settings = smallSettings({ maxIters: 6 });
      const state = freshState(settings);
      state.step = step;
      const { events, saved } = await record({ state, settings, resumedFrom: 'before' });
      expect(kinds(events)).toEqual(['start', `eval ${step}`, 'done']);
      expect(events.at(-1)).toMatchObject({ steps: step, checkpoint: 'before' });
      expect(saved).toEqual([]);
      dispose(state);
    },
  );

  it('leaves no live buffers', async () => {
    const before = liveBuffers();
    const settings = smallSettings();
    const state = freshState(settings);
    const whileTraining: number[] = [];
    await record({ state, settings }, (event) => {
      if (event.event === 'step') whileTraining.push(liveBuffers());
    });
    expect(new Set(whileTraining).size).toBe(1);
    dispose(state);
    expect(liveBuffers()).toBe(before);
  });
});

describe('a stop', () => {
  it('finishes the step, saves and is done', async () => {
    const settings = smallSettings({ maxIters: 100 });
    const state = freshState(settings);
    let stop = false;
    const { events, saved } = await record({ state, settings, stopRequested: () => stop }, (event) => {
      if (event.event === 'step' && event.step === 4) stop = true;
    });
    expect(kinds(events).slice(-3)).toEqual(['eval 3', 'step 4', 'done']);
    expect(events.at(-1)).toMatchObject({ steps: 4, checkpoint: 'checkpoint 4' });
    expect(saved.map(({ checkpoint }) => checkpoint.step)).toEqual([3, 4]);
    dispose(state);
  });

  it('does not wait for an evaluation to end', async () => {
    const settings = smallSettings({ evalIters: 1_000_000 });
    const state = freshState(settings);
    let asked = 0;
    const { events } = await record({ state, settings, stopRequested: () => ++asked > 3 });
    expect(kinds(events)).toEqual(['start', 'done']);
    expect(events.at(-1)).toMatchObject({ steps: 0, valLoss: null, checkpoint: null });
    dispose(state);
  });

  it('saves nothing when a resumed run has made no step', async () => {
    const settings = smallSettings();
    const state = freshState(settings);
    state.step = 4;
    const { events, saved } = await record({
      ...{ state, settings, resumedFrom: 'before', stopRequested: () => true },
    });
    expect(events.at(-1)).toMatchObject({ event: 'done', steps: 4, checkpoint: 'before' });
    expect(saved).toEqual([]);
    dispose(state);
  });

  it('saves only once when it comes with an evaluation', async () => {
    const settings = smallSettings();
    const state = freshState(settings);
    let stop = false;
    const { saved } = await record({ state, settings, stopRequested: () => stop }, (event) => {
      if (event.event === 'eval' && event.step === 3) stop = true;
    });
    expect(saved.map(({ checkpoint }) => checkpoint.step)).toEqual([3]);
    dispose(state);
  });
});

describe('the end of the time', () => {
  /** A clock that goes on by `seconds` whenever someone looks. */
  function clock(seconds: number) {
    let now = 0;
    return vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000 * seconds));
  }

  it('ends a run after a step, which saves and says why', async () => {
    const settings = smallSettings({ maxIters: 100, maxMinutes: 1.5, evalInterval: 100 });
    const state = freshState(settings);
    const now = clock(5);
    const { events, saved } = await record({ state, settings });
    now.mockRestore();
    const done = events.at(-1)!;
    expect(done).toMatchObject({ event: 'done', reason: 'max-minutes', steps: expect.any(Number) });
    const { steps } = done as DoneEvent;
    expect(steps).toBeGreaterThan(1);
    expect(steps).toBeLessThan(18);
    expect(saved.map(({ checkpoint }) => checkpoint.step)).toEqual([steps]);
    dispose(state);
  });

  it('does not wait for an evaluation to end', async () => {
    const settings = smallSettings({ evalIters: 1_000_000, maxMinutes: 1 });
    const state = freshState(settings);
    const now = clock(5);
    const { events } = await record({ state, settings });
    now.mockRestore();
    expect(kinds(events)).toEqual(['start', 'done']);
    expect(events.at(-1)).toMatchObject({ reason: 'max-minutes', checkpoint: null });
    dispose(state);
  });

  it('never comes for a run without one', async () => {
    const settings = smallSettings();
    const state = freshState(settings);
    const now = clock(1e6);
    const { events } = await record({ state, settings });
    now.mockRestore();
    expect(events.at(-1)).toMatchObject({ reason: 'max-iters', steps: 6 });
    dispose(state);
  });
});

describe('a loss that is no number', () => {
  it('stops the run, names the step and the last good checkpoint', async () => {
    const settings = smallSettings({ maxIters: 100 });
    const state = freshState(settings);
    const steps: number[] = [];
    const run = record({ state, settings }, (event) => {
      if (event.event === 'step') steps.push(event.step);
      if (event.event === 'step' && event.step === 4) poison(state);
    });
    await expect(run).rejects.toThrow(
      new NumericError('the loss became NaN at step 5; the last good checkpoint, of step 3, is checkpoint 3'),
    );
    expect(steps).toEqual([1, 2, 3, 4]);
    state.model.zeroGrad();
    dispose(state);
  });

  it('says so when nothing had been saved', async () => {
    const settings = smallSettings();
    const state = freshState(settings);
    const run = record({ state, settings }, (event) => {
      if (event.event === 'step') poison(state);
    });
    await expect(run).rejects.toThrow(/NaN at step 2; this run had not saved a checkpoint yet/);
    dispose(state);
  });

  it('names the checkpoint that the run came from, when nothing had been saved since', async () => {
    const settings = smallSettings();
    const state = freshState(settings);
    state.step = 1;
    const run = record({ state, settings, resumedFrom: 'out/checkpoint.safetensors' }, (event) => {
      if (event.event === 'step') poison(state);
    });
    await expect(run).rejects.toThrow(
      'the loss became NaN at step 3; the last good checkpoint, of step 1, is out/checkpoint.safetensors',
    );
    dispose(state);
  });

  it('is found in an evaluation before anything is saved', async () => {
    const settings = smallSettings();
    const state = freshState(settings);
    const saved: number[] = [];
    const run = record({ state, settings }, (event, recorded) => {
      saved.push(recorded.saved.length);
      if (event.event === 'step' && event.step === 3) poison(state);
    });
    await expect(run).rejects.toThrow(/the loss became NaN in the evaluation after step 3/);
    expect(Math.max(...saved)).toBe(0);
    dispose(state);
  });
});
