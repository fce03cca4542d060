/** Checks of single values. The errors name the setting, so that the command line can call it by its option. */
import { ConfigError } from './errors.js';

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
  const limit = options.most !== undefined && value > most ? ` and at most ${most}` : '';
  throw failure(`${name} must be a whole number of at least ${least}${limit}, got ${value}`, name);
}

/** @throws ConfigError unless `value` is a finite number of at least 0. */
export function requireNotNegative(name: string, value: number, failure: Failure = configError): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw failure(`${name} must be a number of at least 0, got ${value}`, name);
}

/** @throws ConfigError unless `value` is a finite number above 0. */
export function requirePositive(name: string, value: number, failure: Failure = configError): void {
  if (Number.isFinite(value) && value > 0) return;
  throw failure(`${name} must be a positive number, got ${value}`, name);
}

/** @throws ConfigError unless `value` is an angle in radians, from 0 to π. */
export function requireAngle(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0 && value <= Math.PI) return;
  throw configError(`${name} must be an angle from 0 to π = ${Math.PI}, got ${value}`, name);
}

/** For what a moving average keeps. @throws ConfigError unless 0 ≤ `value` < 1. */
export function requireDecay(name: string, value: number, failure: Failure = configError): void {
  if (Number.isFinite(value) && value >= 0 && value < 1) return;
  throw failure(`${name} must be at least 0 and below 1, got ${value}`, name);
}

/** @throws ConfigError unless `value` is one of the words. */
export function requireOneOf<T>(name: string, value: T, choices: readonly T[]): void {
  if (choices.includes(value)) return;
  const all = [choices.slice(0, -1).join(', '), ...choices.slice(-1)].join(' or ');
  throw configError(`${name} must be ${all}, got ${value}`, name);
}

/** @throws ConfigError unless `value` is a boolean. */
export function requireBoolean(name: string, value: boolean): void {
  if (typeof value === 'boolean') return;
  throw configError(`${name} must be true or false, got ${value}`, name);
}

/** A value of any kind in a word or two, for errors. */
export function described(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'function') return 'a function';
  // Its class: Date, Float32Array, …
  if (typeof value === 'object' && value !== null) return Object.prototype.toString.call(value).slice(8, -1);
  return typeof value === 'bigint' ? `${value}n` : String(value);
}
