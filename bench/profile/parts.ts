/** The parts of a training step around its kernels, by the functions that run them. */
import { type Backend, Tensor } from '../../src/index.js';
import type { TrainingState } from '../../src/training/loop/training-state.js';
import type { Spans } from './spans.js';

type Methods<T> = {
  [K in keyof T]: T[K] extends ((...args: never[]) => unknown) | undefined ? K : never;
}[keyof T];

/** Counts the time of every part in `spans`, for good; parts are nested, and hold kernels. */
export function timeParts(
  { model, optimizer, sampler }: TrainingState,
  backend: Backend,
  spans: Spans,
): void {
  const part = <T extends object>(name: string, owner: T, method: Methods<T>) => {
    const run = owner[method] as (...args: unknown[]) => unknown;
    const timed = function (this: unknown, ...args: unknown[]) {
      return spans.time(name, () => run.apply(this, args));
    };
    Object.defineProperty(owner, method, { value: timed });
  };
  part('draw a batch', sampler, 'next');
  part('copy the batch to the backend', backend, 'upload');
  part('forward pass: ask for kernels, record', model, 'loss');
  part('backward pass: walk, ask for kernels', Tensor.prototype, 'backward');
  part('copy the loss to the host', backend, 'readSync');
  part('optimizer: go through the parameters', optimizer, 'step');
  part('optimizer: free the gradients', optimizer, 'zeroGrad');
}
