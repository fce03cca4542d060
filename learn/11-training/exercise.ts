/** Chapter 11, exercise 1: Adam by hand, and on the sphere. */
import { yoursToWrite } from '../exercises/check.js';
import type { AdamState, Settings } from './adam-state.js';

/**
 * One step of Adam: the state after it, with `step` one higher. The state that is given stays as it is. The bias correction
 * counts from 1: at the first step `step` becomes 1, and 1 is what it has to be corrected for.
 */
export function adamStep(state: AdamState, gradient: readonly number[], settings: Settings): AdamState {
  return yoursToWrite('adamStep', state, gradient, settings);
}

/** The same where w is a unit vector, that the step must leave one. */
export function normalizedAdamStep(
  state: AdamState,
  gradient: readonly number[],
  settings: Settings,
): AdamState {
  return yoursToWrite('normalizedAdamStep', state, gradient, settings);
}
