/** Checks of single values. The errors name the setting, so that the command line can call it by its option. */

import { requireFloat, requireInt } from '../dtype.js';
import { ArgumentError, ConfigError, LifetimeError } from '../errors.js';
import { formatShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { described, shown } from './describe.js';

/** Makes the error for a message about the value of that name. */
export type Failure = (message: string, name: string) => Error;

const configError: Failure = (message, name) => new ConfigError(message, { settings: [name] });

export interface WholeOptions {
  /** The largest that works; default any that a number holds exactly. */
  readonly most?: number;
  /** Default a ConfigError. */
  readonly failure?: Failure;
}

/** @throws ConfigError unless `value` is a whole number of at least `least`. */
export function requireWhole(name: string, value: number, least: number, options: WholeOptions = {}): void {
  const { most = Number.MAX_SAFE_INTEGER, failure = configError } = options;
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const limit =
    options.most !== undefined && typeof value === 'number' && value > most ? ` and at most ${most}` : '';
  throw failure(`${name} must be a whole number of at least ${least}${limit}, got ${shown(value)}`, name);
}

/** @throws ConfigError unless `value` is a finite number of at least 0. */
export function requireNotNegative(name: string, value: number, failure: Failure = configError): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw failure(`${name} must be a number of at least 0, got ${shown(value)}`, name);
}

/** @throws ConfigError unless `value` is a finite number above 0. */
export function requirePositive(name: string, value: number, failure: Failure = configError): void {
  if (Number.isFinite(value) && value > 0) return;
  throw failure(`${name} must be a positive number, got ${shown(value)}`, name);
}

/** @throws ConfigError unless `value` is an angle in radians, from 0 to π. */
export function requireAngle(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0 && value <= Math.PI) return;
  throw configError(`${name} must be an angle from 0 to π = ${Math.PI}, got ${shown(value)}`, name);
}

/** For what a moving average keeps. @throws ConfigError unless 0 ≤ `value` < 1. */
export function requireDecay(name: string, value: number, failure: Failure = configError): void {
  if (Number.isFinite(value) && value >= 0 && value < 1) return;
  throw failure(`${name} must be at least 0 and below 1, got ${shown(value)}`, name);
}

/** @throws ConfigError unless `value` is one of the words. */
export function requireOneOf<T>(name: string, value: T, choices: readonly T[]): void {
  if (choices.includes(value)) return;
  const all = [choices.slice(0, -1).join(', '), ...choices.slice(-1)].join(' or ');
  throw configError(`${name} must be ${all}, got ${shown(value)}`, name);
}

/** @throws ConfigError unless `value` is a boolean. */
export function requireBoolean(name: string, value: boolean): void {
  if (typeof value === 'boolean') return;
  throw configError(`${name} must be true or false, got ${shown(value)}`, name);
}

/** @throws ArgumentError unless `x` is a tensor, LifetimeError after `dispose`; `what` it is of `op`, as `the tokens`. */
export function requireTensor(op: string, what: string, x: unknown): asserts x is Tensor {
  if (x instanceof Tensor && !x.isDisposed) return;
  requireHandle(op, what, x);
  throw disposed(op, x);
}

/** For what asks a tensor for no more than shape and dtype. @throws ArgumentError unless `x` is one, disposed or not. */
export function requireHandle(op: string, what: string, x: unknown): asserts x is Tensor {
  if (!(x instanceof Tensor)) throw notTensor(op, what, x);
}

/** Where something happens before an op would notice. @throws LifetimeError after `dispose`. */
export function requireLive(op: string, x: Tensor): void {
  if (x.isDisposed) throw disposed(op, x);
}

function disposed(op: string, { shape }: Tensor): LifetimeError {
  return new LifetimeError(
    `${op}: the tensor ${formatShape(shape)} was disposed; return it from its scope or keep() it`,
  );
}

/** @throws ArgumentError unless `x` is a tensor, LifetimeError after `dispose`, DTypeError unless of floats. */
export function requireFloats(op: string, x: unknown, what = 'its input'): asserts x is Tensor {
  if (x instanceof Tensor && x.dtype !== 'int32' && !x.isDisposed) return;
  requireTensor(op, what, x);
  requireFloat(op, x.dtype);
}

/** @throws ArgumentError unless `x` is a tensor, DTypeError unless of integers. */
export function requireIntegers(op: string, what: string, x: unknown): asserts x is Tensor {
  requireTensor(op, what, x);
  requireInt(op, what, x.dtype);
}

/** @throws ArgumentError unless `x` is a tensor or a number, LifetimeError after `dispose`. */
export function requireNumeric(op: string, x: unknown): void {
  if (typeof x === 'number' || (x instanceof Tensor && !x.isDisposed)) return;
  if (x instanceof Tensor) throw disposed(op, x);
  const hint = ofAnotherCopy(x) || '; tensor() makes one';
  throw new ArgumentError(`${op}: wants a tensor or a number, got ${described(x)}${hint}`);
}

/** @throws ArgumentError unless `value` is an object. */
export function requireObject(op: string, what: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) return;
  throw new ArgumentError(`${op}: ${what} must be an object, got ${described(value)}`);
}

/** @throws ArgumentError unless `list` is an array. */
export function requireList(op: string, what: string, list: unknown): asserts list is readonly unknown[] {
  if (Array.isArray(list)) return;
  throw new ArgumentError(`${op}: ${what} must be a list, got ${described(list)}`);
}

/** @throws ArgumentError unless one can go through it. */
export function requireIterable(
  op: string,
  what: string,
  given: unknown,
): asserts given is Iterable<unknown> {
  if (canBeginIterating(given)) return;
  throw new ArgumentError(`${op}: wants ${what}, got ${described(given)}`);
}

function canBeginIterating(given: unknown): boolean {
  const begin = (given as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator];
  try {
    return typeof begin === 'function' && typeof begin.call(given)?.next === 'function';
  } catch {
    // As of a typed array whose buffer was sent to another thread.
    return false;
  }
}

/** @throws ArgumentError unless `xs` is a list of tensors, LifetimeError for one after `dispose`. */
export function requireTensors(op: string, what: string, xs: unknown): asserts xs is readonly Tensor[] {
  if (!Array.isArray(xs))
    throw new ArgumentError(`${op}: ${what} must be a list of tensors, got ${described(xs)}`);
  // A loop that sees holes too.
  for (let i = 0; i < xs.length; i++) {
    if (!(xs[i] instanceof Tensor)) throw notTensor(op, `${what}[${i}]`, xs[i]);
    requireLive(op, xs[i]);
  }
}

/** @throws ArgumentError unless `value` is a number; any will do, NaN too. */
export function requireNumber(op: string, what: string, value: unknown): asserts value is number {
  if (typeof value === 'number') return;
  throw new ArgumentError(`${op}: ${what} must be a number, got ${described(value)}`);
}

/** @throws ArgumentError unless `value` is true or false. */
export function requireFlag(op: string, what: string, value: unknown): asserts value is boolean {
  if (typeof value === 'boolean') return;
  throw new ArgumentError(`${op}: ${what} must be true or false, got ${described(value)}`);
}

/** @throws ArgumentError unless `value` is a function. */
export function requireFunction(op: string, what: string, value: unknown): void {
  if (typeof value === 'function') return;
  throw new ArgumentError(`${op}: ${what} must be a function, got ${described(value)}`);
}

function notTensor(op: string, what: string, x: unknown): ArgumentError {
  const makesOne = typeof x === 'number' || Array.isArray(x);
  const hint = makesOne ? '; tensor() makes one of it' : ofAnotherCopy(x);
  return new ArgumentError(`${op}: ${what} must be a tensor, got ${described(x)}${hint}`);
}

/** What else there is to say of a tensor that is none to this copy's class. */
function ofAnotherCopy(x: unknown): string {
  const isOthers = ['Tensor', 'Parameter'].includes(described(x));
  return isOthers ? ' of another copy of SphereGrad; both must come from the same' : '';
}
