import { beforeAll, describe, expect, it } from 'vitest';
import { type HostTensor, init, type TypedArray } from '../../../src/index.js';
import type { Team } from '../../../src/training/loop/team.js';
import { trainStep } from '../../../src/training/loop/train-step.js';
import type { TrainSettings } from '../../../src/training/settings/settings.js';
import { dispose, freshState, smallSettings } from '../../helpers/models/training.js';
import { expectClose, expectFinite } from '../../helpers/values/close.js';
import { absolute, ofLargest } from '../../helpers/values/tolerance.js';

beforeAll(() => init('wasm'));

const rate = () => 0.01;

/** Length of all first moments together; after one step (1 − β₁) times that of the gradient Adam saw. */
function momentLength(tensors: ReadonlyMap<string, HostTensor>): number {
  return Math.hypot(
    ...[...tensors].filter(([name]) => name.startsWith('m/')).map(([, { data }]) => Math.hypot(...data)),
  );
}

async function gradientLength(gradClip: number): Promise<number> {
  const settings = smallSettings({ gradClip });
  const state = freshState(settings);
  await trainStep(state, settings, rate, null);
  const { tensors } = await state.optimizer.stateDict();
  dispose(state);
  return momentLength(tensors) / (1 - settings.beta1);
}

/** All parameters and moments after some steps. */
async function trained(steps: number, given: Partial<TrainSettings>): Promise<Map<string, TypedArray>> {
  const settings = smallSettings({ batchSize: 5, ...given });
  const state = freshState(settings);
  for (let i = 0; i < steps; i++) await trainStep(state, settings, rate, null);
  const found = new Map([...(await state.model.stateDict()), ...(await state.optimizer.stateDict()).tensors]);
  dispose(state);
  return new Map([...found].map(([name, { data }]) => [name, data]));
}

describe('trainStep', () => {
  it.each(['ngpt', 'gpt'] as const)('has the same gradients from a batch in parts: %s', async (arch) => {
    const whole = await trained(1, { arch });
    for (const gradAccumulation of [2, 3, 5]) {
      const parts = await trained(1, { arch, gradAccumulation });
      for (const [name, values] of whole) {
        if (name.startsWith('m/')) expectClose(parts.get(name)!, values, ofLargest(1e-6, 1e-9), name);
      }
    }
  });

  it('works through as many parts as it is told to', async () => {
    const settings = smallSettings({ batchSize: 5, gradAccumulation: 3 });
    const state = freshState(settings);
    const rows: number[] = [];
    const loss = state.model.loss.bind(state.model);
    state.model.loss = (x, y, options) => {
      rows.push(x.shape[0]);
      return loss(x, y, options);
    };
    await trainStep(state, settings, rate, null);
    expect(rows).toEqual([1, 2, 2]);
    dispose(state);
  });

  it.each(['ngpt', 'gpt'] as const)(
    'is the same to the bit where blocks are recomputed: %s',
    async (arch) => {
      expect(await trained(3, { arch, recompute: true })).toEqual(await trained(3, { arch }));
    },
  );

  it('clips the gradient to gradClip, leaves shorter ones alone, and clips nothing at 0', async () => {
    const free = await gradientLength(0);
    expect(free).toBeGreaterThan(0.02);
    expectClose(await gradientLength(0.01), 0.01, absolute(5e-6));
    expectClose(await gradientLength(free * 2), free, absolute(5e-6));
  });

  it('takes the rate of the schedule for the steps made so far, and counts the step', async () => {
    const settings = smallSettings();
    const state = freshState(settings);
    const asked: number[] = [];
    const schedule = (step: number) => {
      asked.push(step);
      return 0.5 / (step + 1);
    };
    for (let i = 0; i < 3; i++) await trainStep(state, settings, schedule, null);
    expect(asked).toEqual([0, 1, 2]);
    expect(state.step).toBe(3);
    expect(state.optimizer.learningRate).toBe(0.5 / 3);
    dispose(state);
  });

  it("computes a team member's rows only, weighted by their part of the batch", async () => {
    const settings = smallSettings();
    const lossOf = async (team: Team | null) => {
      const state = freshState(settings);
      const loss = await trainStep(state, settings, rate, team);
      dispose(state);
      return loss;
    };
    const own: number[] = [];
    for (const index of [0, 1, 2]) {
      await lossOf({
        index,
        size: 3,
        sumGradients: async (loss) => {
          own.push(loss);
          return loss;
        },
        clipScale: async () => null,
        shareParameters: async () => {},
        next: async () => 'step',
        agree: async (yes) => yes,
        sum: async (value) => value,
        moments: async () => new Map(),
        memory: () => [],
      });
    }
    const whole = await lossOf(null);
    expectFinite(whole);
    expectClose(
      own.reduce((total, loss) => total + loss, 0),
      whole,
      absolute(5e-6),
    );
    // Four rows: one, one and two.
    expectClose(own[2] / whole, 0.5, absolute(0.05));
  });
});
