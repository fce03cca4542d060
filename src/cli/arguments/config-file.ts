/**
 * `--config FILE.json`: options from a file, which those of the command line win over.
 * Explained in docs/training.md.
 */
import { readFileSync } from 'node:fs';
import type { Command, Option } from 'commander';
import { nearest } from '../../tensor/checks/nearest.js';
import { ConfigError } from '../../tensor/index.js';
import { describeFileError } from '../../training/files/node/file-error.js';
import { kebabCase } from '../../training/settings/names.js';
import { parseNumber, pathOption } from '../options.js';
import { foreignOption, ourName, ourValue } from './nanogpt.js';
import { respell } from './spelling.js';

const FLAG = '--config';
/** What a file cannot say. */
const NOT_IN_FILES = [FLAG, '--print-config', '--help'];

export function configOption(): Option {
  return pathOption(
    `${FLAG} <file>`,
    'a JSON object of these options, by any of their spellings; the command line wins (default: none)',
  );
}

/**
 * The words of a command line, respelled, with the options from the files that it names in front, without those that it
 * gives itself. @throws ConfigError that names the file and the key.
 */
export function withConfig(given: readonly string[], program: Command): string[] {
  const words = respell(given, program);
  const command = program.commands.find((each) => each.name() === words[0]);
  if (command?.options.every(({ long }) => long !== FLAG) ?? true) return [...words];
  const [name, ...rest] = words;
  const { files, others, flags } = sortOut(rest, command as Command);
  const fromFiles = new Map(files.flatMap((file) => [...readConfig(file, command as Command)]));
  for (const flag of [...flags, ...given.flatMap(switchedOff)]) fromFiles.delete(flag);
  return [...respell([name, ...[...fromFiles.values()].flat()], program), ...others];
}

/** The files, the words that are left, and the options among these, without `no-`. */
function sortOut(words: readonly string[], { options }: Command) {
  const files: string[] = [];
  const others: string[] = [];
  const flags = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--') {
      others.push(...words.slice(i));
      break;
    }
    const [flag] = words[i].split('=', 1);
    const hasNext = flag === words[i] && options.some(({ long, required }) => required && long === flag);
    if (flag === FLAG) files.push(hasNext ? (words[i + 1] ?? '') : words[i].slice(flag.length + 1));
    else others.push(...words.slice(i, i + (hasNext ? 2 : 1)));
    if (flag.startsWith('--')) flags.add(positive(flag));
    if (hasNext) i++;
  }
  return { files, others, flags };
}

/** The option in `--json=False`: where there is no `--no-json`, nothing else is left of it. */
function switchedOff(word: string): string[] {
  const [flag] = word.split('=', 1);
  return word.toLowerCase().endsWith('=false') ? [flag.replaceAll('_', '-')] : [];
}

/** By option, the words that say on a command line what the file says. */
function readConfig(file: string, command: Command): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [key, value] of Object.entries(parse(file))) {
    const theirs = `--${hyphenated(key)}`;
    const text = typeof value === 'string' ? value : null;
    const flag = ourName(command, theirs, text);
    const ours = text === null ? value : ourValue(theirs, text);
    if (found.has(positive(flag))) throw new ConfigError(`${file}: ${key} is there in two spellings`);
    const option = command.options.find(({ long }) => long === flag);
    if ((option === undefined && foreignOption(command, flag) === null) || NOT_IN_FILES.includes(flag)) {
      throw new ConfigError(`${file}: unknown key ${JSON.stringify(key)}${suggestion(key, command)}`);
    }
    // Null leaves the default, as files have it that --print-config made.
    if (value !== null) found.set(positive(flag), wordsFor(`${file}: ${key}`, flag, ours, option));
  }
  return found;
}

function wordsFor(what: string, flag: string, value: unknown, option: Option | undefined): string[] {
  const wants = (kind: string) => new ConfigError(`${what} must be ${kind}, got ${JSON.stringify(value)}`);
  if (option === undefined) return [`${flag}=${value}`];
  if (!option.required) {
    if (typeof value !== 'boolean') throw wants('true or false');
    return [option.negate && !value ? positive(flag) : option.negate ? flag : `${flag}=${value}`];
  }
  if (option.variadic && Array.isArray(value)) {
    return value.flatMap((each) => wordsFor(what, flag, each, option));
  }
  if (option.parseArg === parseNumber) {
    if (typeof value !== 'number') throw wants('a number');
  } else if (typeof value !== 'string') throw wants('a text in quotes');
  return [`${flag}=${value}`];
}

function parse(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason =
      cause instanceof SyntaxError ? `it is not JSON: ${cause.message}` : describeFileError(cause);
    throw new ConfigError(`cannot read the config ${file}: ${reason}`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new ConfigError(`the config ${file} is no JSON object, such as { "block_size": 64 }`);
}

function suggestion(key: string, { options }: Command): string {
  const names = options.map(({ long }) => (long ?? '').slice(2));
  const name = nearest(
    hyphenated(key),
    names.filter((each) => !NOT_IN_FILES.includes(`--${each}`)),
  );
  return name === null ? '' : `; did you mean ${JSON.stringify(name.replaceAll('-', '_'))}?`;
}

/** Of block_size, block-size and blockSize. */
function hyphenated(key: string): string {
  return kebabCase(key).replaceAll('_', '-');
}

function positive(flag: string): string {
  return flag.replace(/^--no-/, '--');
}
