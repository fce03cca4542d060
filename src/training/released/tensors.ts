/**
 * Checks what came from the released code tensor by tensor, and gives its moments our names.
 * Explained in docs/scale-out.md.
 */
import type { ModelConfig } from '../../ngpt/index.js';
import type { HostTensor, StateDict } from '../../nn/index.js';
import { CheckpointError, formatShape, sameShape } from '../../tensor/index.js';
import { requireSizes } from '../checkpoint/checkpoint.js';
import { releasedOrder } from './released.js';

/** Our moments by theirs. */
const MOMENTS = [
  ['m', 'exp_avg'],
  ['v', 'exp_avg_sq'],
] as const;

/** @throws CheckpointError unless these are the parameters of such a model, as far as names and sizes tell. */
export function requireReleasedModel(model: StateDict, config: ModelConfig): void {
  requireNames(model, releasedOrder(config));
  requireSizes(config, model);
}

/**
 * Moments as `m/NAME` and `v/NAME` from `exp_avg/NAME` and `exp_avg_sq/NAME`.
 * @throws CheckpointError unless there is exactly one pair, possible and of the right shape, for each parameter.
 */
export function fromReleasedOptimizer(model: StateDict, optimizer: StateDict): StateDict {
  requireNames(
    optimizer,
    MOMENTS.flatMap(([, released]) => [...model.keys()].map((name) => `${released}/${name}`)),
  );
  return eachMoment(model, (released, { shape }) => {
    const moment = optimizer.get(released)!;
    if (!sameShape(moment.shape, shape)) {
      throw new CheckpointError(
        `${released} is ${formatShape(moment.shape)}, its parameter ${formatShape(shape)}`,
      );
    }
    if (released.startsWith('exp_avg_sq/') && moment.data.some((value) => value < 0)) {
      throw new CheckpointError(`${released} holds negative numbers; a mean of squares cannot`);
    }
    return moment;
  });
}

/** The moments of an optimizer that has made no step. */
export function noMoments(model: StateDict): StateDict {
  return eachMoment(model, (_, { shape, data }) => {
    return { dtype: 'float32', shape, data: new Float32Array(data.length) };
  });
}

function eachMoment(
  model: StateDict,
  take: (released: string, parameter: HostTensor) => HostTensor,
): StateDict {
  const moments: StateDict = new Map();
  for (const [slot, released] of MOMENTS) {
    for (const [name, parameter] of model)
      moments.set(`${slot}/${name}`, take(`${released}/${name}`, parameter));
  }
  return moments;
}

function requireNames(tensors: StateDict, wanted: readonly string[]): void {
  const known = new Set(wanted);
  const problems = [
    list(
      'missing',
      wanted.filter((name) => !tensors.has(name)),
    ),
    list(
      'unexpected',
      [...tensors.keys()].filter((name) => !known.has(name)),
    ),
  ].filter((problem) => problem !== '');
  if (problems.length > 0) throw new CheckpointError(problems.join('; '));
}

/** More would hide what is wrong: of a wrong file it is everything. */
const MOST_NAMES = 3;

function list(what: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, MOST_NAMES).map((name) => JSON.stringify(name).slice(1, -1).slice(0, 60));
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return `${what}: ${shown.join(', ')}${more}`;
}
