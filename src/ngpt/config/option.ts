/**
 * What an option is. Two tables list them, `MODEL_OPTIONS` (config.ts) and `TRAINING_OPTIONS` (training/settings):
 * checks, defaults, the command line with its `--help`, checkpoints and resumed runs read them there.
 */
import { requireBoolean, requireOneOf, requireWhole, type WholeOptions } from '../../tensor/checks/values.js';

/** `ngpt`: the normalized Transformer. `gpt`: the pre-norm baseline it is compared with. */
export type Architecture = 'ngpt' | 'gpt';

/** What a default may follow from. */
export interface Basis {
  readonly arch: Architecture;
  readonly nEmbd: number;
}

/** @throws ConfigError for a value that is out of range, whatever the other options are. */
export type Check<T> = (name: string, value: T) => void;

/** An option with values of type `T`. A switch, which is true or false, has neither `value` nor `choices`. */
export interface Option<T> {
  /** What it is, as `--help` says it; the default is said by itself. */
  readonly help: string;
  /** What stands for its value in `--help`, such as `<count>`. */
  readonly value?: `<${string}>`;
  /** The words that it may be, if it is a word. */
  readonly choices?: readonly T[];
  /** The value where none is given, or how it follows from others; without, one has to be given. */
  readonly default?: T | ((basis: Basis) => T);
  readonly check: Check<T>;
  /** For an option that only one architecture has. */
  readonly only?: Only<T>;
  /** Whether a resumed run may have another value than its checkpoint; default false, as for all that make the model. */
  readonly mayChange?: boolean;
}

export interface Only<T> {
  readonly arch: Architecture;
  /** Why the other has none, to end an error with. */
  readonly reason: string;
  /** The value that says so, which may be given all the same. */
  readonly none?: T;
}

/** An option for every entry of `All`: one that is missing does not compile. */
export type Options<All> = { readonly [N in keyof All]-?: Option<All[N]> };

/** Names and options, in the order of the table. */
export function entriesOf<All>(options: Options<All>): [keyof All & string, Option<All[keyof All]>][] {
  return Object.entries(options) as [keyof All & string, Option<All[keyof All]>][];
}

/** What is given, and the defaults of the rest. Entries that are no options stay as they are; nothing is checked. */
export function withDefaults<All extends Basis>(options: Options<All>, given: Partial<All>): All {
  const defaults = entriesOf(options).map(([name, option]) => [name, option.default] as const);
  const constant = Object.fromEntries(defaults.filter(([, value]) => value !== undefined && !isRule(value)));
  const basis = { ...constant, ...given } as Basis;
  const following = Object.fromEntries(
    defaults.flatMap(([name, value]) => (isRule(value) ? [[name, value(basis)]] : [])),
  );
  return { ...constant, ...following, ...given } as unknown as All;
}

/** The names of options whose defaults follow from others. */
export function followingOptions<All>(options: Options<All>): (keyof All & string)[] {
  return entriesOf(options).flatMap(([name, option]) => (isRule(option.default) ? [name] : []));
}

function isRule(value: unknown): value is (basis: Basis) => unknown {
  return typeof value === 'function';
}

/** @throws ConfigError for the first value that is out of range by itself. */
export function checkOptions<All>(options: Options<All>, values: All): void {
  for (const [name, { check }] of entriesOf(options)) check(name, values[name]);
}

/** A whole number of at least `least`. */
export function whole(least: number, options: WholeOptions = {}): { check: Check<number> } {
  return { check: (name, value) => requireWhole(name, value, least, options) };
}

/** One of several words. */
export function oneOf<T extends string>(
  ...choices: readonly T[]
): { choices: readonly T[]; check: Check<T> } {
  return { choices, check: (name, value) => requireOneOf(name, value, choices) };
}

/** True or false. */
export const SWITCH = { check: requireBoolean };
