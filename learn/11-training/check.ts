/** Chapter 11, exercise 1: the checks. */
import { Adam, NormalizedAdam, type Optimizer, Parameter, tensor } from '../../src/index.js';
import { type Check, close, equal } from '../exercises/check.js';
import type { AdamState, Settings } from './adam-state.js';

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  adamStep(state: AdamState, gradient: readonly number[], settings: Settings): AdamState;
  normalizedAdamStep(state: AdamState, gradient: readonly number[], settings: Settings): AdamState;
}

const SETTINGS: Settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 };
/** Of uneven sizes and signs, and one that is 0 for a while. */
const GRADIENTS = [
  [0.3, -20, 0],
  [-0.1, -10, 0],
  [0.2, 35, 1e-3],
  [0.7, -4, -2e-3],
];
/** A unit vector. */
const START = [0.6, 0, -0.8];

const fresh = (): AdamState => ({ w: START, m: [0, 0, 0], v: [0, 0, 0], step: 0 });

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'the first step moves every element by the learning rate, against its gradient',
    run({ adamStep }) {
      const { w } = adamStep(fresh(), [5, -0.01, 300], { ...SETTINGS, epsilon: 0 });
      const hint = 'at step 1 both corrections together make g / √g² of it; are they there?';
      close(w, [0.5, 0.1, -0.9], 'w after one step of 0.1', hint);
    },
  },
  {
    name: 'the state that is given stays as it is, and the steps are counted',
    run({ adamStep }) {
      const given = fresh();
      const next = adamStep(given, GRADIENTS[0], SETTINGS);
      equal(given, fresh(), 'the state after the call');
      equal(next.step, 1, 'the step of the new state');
    },
  },
  {
    name: 'adamStep is Adam',
    run({ adamStep }) {
      const parameter = new Parameter(tensor(START));
      const hint = 'does √ take the corrected v, and is epsilon added after it?';
      follow(adamStep, parameter, new Adam([parameter], SETTINGS), hint);
    },
  },
  {
    name: 'and so it is with a large epsilon and slow averages',
    run({ adamStep }) {
      const parameter = new Parameter(tensor(START));
      const settings = { ...SETTINGS, beta1: 0.99, beta2: 0.999, epsilon: 0.5 };
      follow(
        adamStep,
        parameter,
        new Adam([parameter], settings),
        'epsilon is added to √v̂, outside of the root',
        settings,
      );
    },
  },
  {
    name: 'normalizedAdamStep is NormalizedAdam',
    run({ normalizedAdamStep }) {
      const parameter = new Parameter(tensor(START), { unitAxis: 0 });
      const hint = 'first the step of Adam, then unit; m and v stay as Adam left them';
      follow(normalizedAdamStep, parameter, new NormalizedAdam([parameter], SETTINGS), hint);
    },
  },
];

/** Both take the same gradients, one after the other. */
function follow(
  step: Exercise['adamStep'],
  parameter: Parameter,
  optimizer: Optimizer,
  hint: string,
  settings = SETTINGS,
): void {
  let state = fresh();
  for (const gradient of GRADIENTS) {
    state = step(state, gradient, settings);
    parameter.mul(tensor(gradient)).sum().backward();
    optimizer.step();
    optimizer.zeroGrad();
    close(state.w, parameter.dataSync(), `w after step ${optimizer.stepCount}`, hint);
  }
}
