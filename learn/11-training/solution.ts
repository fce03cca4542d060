/** Chapter 11, exercise 1, solved. */
import type { AdamState, Settings } from './adam-state.js';

export function adamStep(state: AdamState, gradient: readonly number[], settings: Settings): AdamState {
  const { learningRate, beta1, beta2, epsilon } = settings;
  const step = state.step + 1;
  const m = state.m.map((each, i) => beta1 * each + (1 - beta1) * gradient[i]);
  const v = state.v.map((each, i) => beta2 * each + (1 - beta2) * gradient[i] ** 2);
  const w = state.w.map((each, i) => {
    const mean = m[i] / (1 - beta1 ** step);
    const square = v[i] / (1 - beta2 ** step);
    return each - (learningRate * mean) / (Math.sqrt(square) + epsilon);
  });
  return { w, m, v, step };
}

export function normalizedAdamStep(
  state: AdamState,
  gradient: readonly number[],
  settings: Settings,
): AdamState {
  const next = adamStep(state, gradient, settings);
  const length = Math.hypot(...next.w);
  return { ...next, w: next.w.map((each) => each / length) };
}
