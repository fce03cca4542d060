/** What the members of a team do together, as training sees them. Explained in docs/learn/13-threads-and-gpu.md. */
import type { Adam, NamedParameter, Parameter } from '../../nn/index.js';
import type { HostTensor } from '../../nn/state-dict.js';
import { described } from '../../tensor/checks/describe.js';
import { ArgumentError, type Tensor } from '../../tensor/index.js';
import type { MemoryUse } from './events.js';

/** One member of several that train one model together. */
export interface Member {
  /** From 0. */
  readonly index: number;
  /** How many there are. */
  readonly size: number;
}

/** A team of one. */
export const ALONE: Member = { index: 0, size: 1 };

/** What a team does together, as member 0 has it. */
export const TASKS = ['step', 'evaluate', 'save'] as const;
export type Task = (typeof TASKS)[number];

/**
 * Replicas of one model that share out every batch, and the optimizer: each member has the moments of some parameters and
 * updates those (ZeRO, Rajbhandari et al. 2020, stage 1). All members call the same methods in the same order; a call
 * returns when all have made it.
 */
export interface Team extends Member {
  /** What member 0 says is next. @param task - for member 0 to say. */
  next(task?: Task): Promise<Task>;
  /** What member 0 says. */
  agree(yes: boolean): Promise<boolean>;
  /** The sum of every member's number, for all. */
  sum(value: number): Promise<number>;
  /** Makes the gradients of the member's own parameters the sums over all members; returns the sum of their losses. */
  sumGradients(loss: number): Promise<number>;
  /**
   * The factor that clips the gradients of all members together, a scalar on the device; null for a maxNorm of null.
   * Afterwards only the member's own parameters have gradients: an optimizer leaves the others alone.
   */
  clipScale(maxNorm: number | null): Promise<Tensor | null>;
  /** Brings the parameters to where their owners have moved them. */
  shareParameters(): Promise<void>;
  /** The moments of all parameters, for member 0; the others hold theirs still for it. */
  moments(): Promise<Map<string, HostTensor>>;
  /** What each member held when it last gave its gradients. */
  memory(): readonly MemoryUse[];
}

/**
 * Who updates which parameter: the largest first, each to whoever has the least so far, so that all have about as much to
 * do. Depends on nothing but their sizes and order.
 */
export function ownersOf(parameters: readonly Parameter[], members: number): number[] {
  const loads = new Array<number>(members).fill(0);
  const owners = new Array<number>(parameters.length);
  const bySize = [...parameters.keys()].sort((a, b) => parameters[b].size - parameters[a].size || a - b);
  for (const i of bySize) {
    const owner = loads.indexOf(Math.min(...loads));
    owners[i] = owner;
    loads[owner] += parameters[i].size;
  }
  return owners;
}

/** All parameters of an optimizer, in its order. */
export function parametersOf({ groups }: Adam): NamedParameter[] {
  return groups.flatMap(({ parameters }) => parameters);
}

/** The parameters that a member updates. */
export function ownParameters(optimizer: Adam, { index, size }: Member): Set<Parameter> {
  const parameters = parametersOf(optimizer).map(([, parameter]) => parameter);
  const owners = ownersOf(parameters, size);
  return new Set(parameters.filter((_, i) => owners[i] === index));
}

/** @throws ArgumentError unless it is null or does what a team does. */
export function requireTeam(op: string, team: unknown): void {
  if (team === null) return;
  const { size, next, agree, sum } = (team ?? {}) as Readonly<Record<string, unknown>>;
  const areMethods = [next, agree, sum].every((method) => typeof method === 'function');
  if (Number.isSafeInteger(size) && areMethods) return;
  throw new ArgumentError(`${op}: a team is null or several threads, got ${described(team)}`);
}
