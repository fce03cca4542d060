/** Where training stands, in words. */

import { NAMES } from '../palette.js';
import type { Setup } from '../setup/setup.js';
import { ARCHITECTURES } from '../setup/train-settings.js';
import type { History } from '../training/history.js';
import type { ModelRun, Run } from '../training/run.js';

/** Steps over which the speed is measured. */
const SPAN = 30;

/** What one of the two does now, and how fast. */
export function stateOf(model: ModelRun): string {
  const { arch, status, step, target, isRunning, history, facts } = model;
  const name = NAMES[arch];
  if (status === 'failed') return `${name} stopped`;
  if (status === 'opening') return `${name} is loading${isRunning ? ', then trains' : ''}`;
  const where = `${name}: step ${step.toLocaleString('en')}`;
  if (status === 'running' && target === 0) return `${where}, stops after this one`;
  const speed = speedOf(history);
  const how = facts === null ? '' : ` on ${facts.backend} (${facts.mode})`;
  return speed === null ? where + how : `${where}, ${speed.toFixed(1)} steps a second${how}`;
}

/** Of the last steps; null before there are two. */
function speedOf({ steps: { step, seconds } }: Pick<History, 'steps'>): number | null {
  const last = step.length - 1;
  if (last < 1) return null;
  const first = Math.max(0, last - SPAN);
  return (step[last] - step[first]) / (seconds[last] - seconds[first]);
}

/** Why there is nothing to train, and what to do about it; null where there is. */
export function nothingToTrain({ models, setup }: Pick<Run, 'models' | 'setup'>): string | null {
  const going = ARCHITECTURES.map((arch) => models[arch]).filter(({ status }) => status !== 'failed');
  if (going.length === 0) return 'Both models have stopped: “Begin again” begins anew.';
  if (going.some(({ step }) => step < setup.steps)) return null;
  return `This run has reached its ${stepsIn(setup)}. To give it more, write a greater number into “steps”, under “The run” in the setup, and press “Go on”.`;
}

/** @example stepsIn({ steps: 3000 }) // '3,000 steps' */
export function stepsIn({ steps }: Pick<Setup, 'steps'>): string {
  return steps === 1 ? '1 step' : `${steps.toLocaleString('en')} steps`;
}
