/** Options by name, as plain JavaScript may get them wrong. */

import { ArgumentError, ConfigError } from '../errors.js';
import { described } from './describe.js';
import { nearest } from './nearest.js';

/** The names of all options in `T`, each with anything but undefined, as a rule true: one that is forgotten does not compile. */
export type OptionNames<T> = { readonly [N in keyof T]-?: unknown };

/**
 * `requireKnown('dropout', options, { probability: true, … })`.
 * @throws ArgumentError unless `options` is an object, ConfigError for the first name in it that is no option: with the
 * one that may have been meant, and all there are.
 */
export function requireKnown<T extends object>(what: string, options: T, names: OptionNames<T>): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const [first] = Object.keys(names);
    throw new ArgumentError(
      `${what}: options are an object such as { ${first}: … }, got ${described(options)}`,
    );
  }
  for (const name in options)
    if (!Object.hasOwn(names, name)) throw unknownOption(what, name, Object.keys(names));
}

/** The options among what an object has. */
export function pickKnown<T extends object>(options: T, names: OptionNames<T>): T {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(names, name))) as T;
}

function unknownOption(what: string, name: string, names: readonly string[]): ConfigError {
  // As PyTorch and nanoGPT write them: weight_decay.
  const camelCase = name.replace(/_+([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const near = nearest(camelCase, names);
  const meant = near === null ? '' : `, did you mean ${near}?`;
  return new ConfigError(
    `${what}: there is no option ${described(name)}${meant}; it takes ${names.join(', ')}`,
  );
}
