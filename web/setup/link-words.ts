/** Values of a setup as words in a link, by the kind of their controls. */
import { ConfigError } from '../../src/tensor/index.js';
import type { Control } from './option.js';
import { SETUP_OPTIONS } from './options.js';
import type { OwnText, Setup } from './setup.js';

type Value = Setup[keyof Setup];
export type Entry = readonly [name: keyof Setup, value: Value];

interface Words {
  write(value: Value): string;
  /** Undefined for what is none. */
  read(words: string, control: Control): Value | undefined;
}

const DECIMAL = /^\d+(\.\d+)?(e[+-]?\d+)?$/;

const WORDS: Readonly<Record<Control['kind'], Words>> = {
  number: { write: String, read: (words) => (DECIMAL.test(words) ? Number(words) : undefined) },
  switch: {
    write: (value) => (value === true ? 'on' : 'off'),
    read: (words) => (words === 'on' || words === 'off' ? words === 'on' : undefined),
  },
  choice: {
    write: String,
    read: (words, control) =>
      'choices' in control && Object.hasOwn(control.choices, words) ? (words as Value) : undefined,
  },
  // An own text, the one entry that nobody chooses: `1200-9af3`, its length and checksum.
  none: {
    write: (value) =>
      value === null ? '' : `${(value as OwnText).length}-${(value as OwnText).crc.toString(16)}`,
    read: (words) => {
      const [, length, crc] = words.match(/^(\d+)-([\da-f]{1,8})$/) ?? [];
      return length === undefined ? undefined : { length: Number(length), crc: Number.parseInt(crc, 16) };
    },
  },
};

/** An entry of a setup, as a link has it. */
export function toWords(name: keyof Setup, setup: Setup): string {
  return WORDS[SETUP_OPTIONS[name].control.kind].write(setup[name]);
}

/** The other way. @throws ConfigError for words that stand for no value, or for one that is out of range. */
export function fromWords<N extends keyof Setup>(name: N, words: string): Setup[N] {
  const option = SETUP_OPTIONS[name];
  const value = WORDS[option.control.kind].read(words, option.control) as Setup[N] | undefined;
  if (value === undefined) {
    throw new ConfigError(`${name} cannot be ${JSON.stringify(words.slice(0, 40))}`, { settings: [name] });
  }
  option.check(name, value);
  return value;
}
