import { beforeAll, describe, expect, it } from 'vitest';
import { type BackendName, type BackendOptions, init, liveBuffers } from '../../../src/index.js';
import { maxNormError } from '../../../src/ngpt/index.js';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../../../src/training/checkpoint/checkpoint.js';
import { readSafetensors, writeSafetensors } from '../../../src/training/checkpoint/safetensors.js';
import { trainStep } from '../../../src/training/loop/train-step.js';
import {
  resumeTraining,
  type TrainingState,
  takeCheckpoint,
} from '../../../src/training/loop/training-state.js';
import {
  OPTIMIZATION_OPTIONS,
  type OptimizationSettings,
} from '../../../src/training/settings/optimization.js';
import { learningRateSchedule, type TrainSettings } from '../../../src/training/settings/settings.js';
import { dispose, freshState, letterDataset, smallSettings } from '../../helpers/models/training.js';
import { expectClose, expectFinite } from '../../helpers/values/close.js';
import { ofLargest } from '../../helpers/values/tolerance.js';

/** Another value than the default of each, and what it needs to be seen. */
const OTHERS: { readonly [N in keyof OptimizationSettings]: Partial<TrainSettings> } = {
  learningRate: { learningRate: 0.03 },
  warmupIters: { warmupIters: 4 },
  lrDecay: { lrDecay: 'logarithmic' },
  minLr: { minLr: 0.005 },
  weightDecay: { weightDecay: 0.5 },
  riemannian: { riemannian: true },
  maxAngle: { maxAngle: 0.01 },
  beta1: { beta1: 0.5 },
  beta2: { beta2: 0.5 },
  gate: { gate: 0.5 },
  logitPreconditioning: { logitPreconditioning: 0.5 },
  gradClip: { gradClip: 0.05 },
  transferWidth: { transferWidth: 4 },
  transferDepth: { transferDepth: 1 },
  transferTokens: { transferTokens: 100 },
};

/** All of them at once: those of the 2026 recipe, and the rest. */
const ALL: Partial<TrainSettings> = Object.assign({}, ...Object.values(OTHERS));

const dataset = letterDataset();

async function steps(state: TrainingState, settings: TrainSettings, count: number): Promise<void> {
  const schedule = learningRateSchedule(settings);
  for (let i = 0; i < count; i++) {
    expect(await trainStep(state, settings, schedule, null)).toSatisfy(Number.isFinite);
    expect(await maxNormError(state.model)).toBeLessThan(1e-6);
  }
}

/** What there is after so many steps, as a file brings it back. */
async function checkpointOf(state: TrainingState, settings: TrainSettings): Promise<Checkpoint> {
  const { tensors, metadata } = encodeCheckpoint(await takeCheckpoint(state, settings, dataset));
  dispose(state);
  return decodeCheckpoint(readSafetensors(writeSafetensors(tensors, metadata)));
}

async function trained(given: Partial<TrainSettings>): Promise<Checkpoint> {
  const settings = smallSettings({ warmupIters: 0, ...given });
  const state = freshState(settings, dataset);
  await steps(state, settings, 6);
  return checkpointOf(state, settings);
}

/** The same, interrupted in the middle. */
async function resumed(given: Partial<TrainSettings>): Promise<Checkpoint> {
  const settings = smallSettings({ warmupIters: 0, ...given });
  const state = freshState(settings, dataset);
  await steps(state, settings, 3);
  const middle = await checkpointOf(state, settings);
  const again = await resumeTraining(middle, middle.settings, dataset.train);
  await steps(again, middle.settings, 3);
  return checkpointOf(again, middle.settings);
}

const isForNgpt = (name: string) =>
  Object.hasOwn(OPTIMIZATION_OPTIONS, name) &&
  OPTIMIZATION_OPTIONS[name as keyof OptimizationSettings].only?.arch === 'ngpt';

const embedding = ({ model }: Checkpoint) => model.get('transformer.wte.weight')?.data;

describe('every option of the optimization', () => {
  beforeAll(() => init('wasm'));

  it.each([...Object.entries(OTHERS), ['all', ALL] as const])(
    '%s trains with numbers and unit vectors, is another run, and resumes to the same bits',
    async (_, given) => {
      const before = liveBuffers();
      const whole = await trained(given);
      expect(whole.settings).toMatchObject(given);
      for (const { data } of [...whole.model.values(), ...whole.optimizer.values()]) expectFinite(data);
      expect(embedding(whole)).not.toEqual(embedding(await trained({})));
      expect(await resumed(given)).toEqual(whole);
      expect(liveBuffers()).toBe(before);
    },
  );

  it('trains the baseline as if there were none of those that are for nGPT only', async () => {
    const own = Object.entries(ALL).filter(([name]) => !isForNgpt(name));
    const [plain, given] = [
      await trained({ ...Object.fromEntries(own), arch: 'gpt' }),
      await trained({ ...ALL, arch: 'gpt' }),
    ];
    expect(given.model).toEqual(plain.model);
    expect(given.optimizer).toEqual(plain.optimizer);
  });
});

it('all options at once train alike on every backend, up to rounding', async () => {
  const ways: [BackendName, BackendOptions][] = [
    ['reference', { dtype: 'float64' }],
    ['wasm', {}],
    ['gpu', { mode: 'cpu' }],
  ];
  const runs: Checkpoint[] = [];
  for (const [name, options] of ways) {
    await init(name, options);
    // Adam divides small numbers by small ones: a rounding error is more than one where both are.
    runs.push(await trained({ ...ALL, nLayer: 1, learningRate: 0.01 }));
  }
  const [wanted, ...others] = runs;
  for (const { model } of others) {
    for (const [name, { data }] of wanted.model)
      expectClose(model.get(name)!.data, data, ofLargest(2e-3, 1e-3), name);
  }
});
