/** The command line as users of nanoGPT write it, turned into what commander reads. Explained in docs/nanogpt.md. */
import type { Command, Option } from 'commander';
import { ConfigError } from '../../tensor/index.js';
import { foreignOption, ourName, ourValue } from './nanogpt.js';

/**
 * Spells the options of the command that `words` begin with as they are declared: hyphens for underscores, our names
 * for nanoGPT's, and switches without True or False. All else stays as it is.
 * @throws ConfigError for a switch with another value, and for what nanoGPT can do and we cannot.
 */
export function respell(words: readonly string[], program: Command): string[] {
  const command = program.commands.find((each) => each.name() === words[0]);
  if (command === undefined) return [...words];
  const spelled: string[] = [];
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--') return [...spelled, ...words.slice(i)];
    const { flag, value } = parts(words[i]);
    const ours = ourName(command, flag, value ?? words[i + 1] ?? null);
    const option = command.options.find(({ long }) => long === ours);
    const check = option === undefined ? foreignOption(command, flag) : null;
    // A value of ours may begin with hyphens, as a prompt; what nanoGPT's switches are followed by is another option.
    const takesNext = option?.required || (check !== null && !words[i + 1]?.startsWith('--'));
    const next = value === null && takesNext && i + 1 < words.length ? words[i + 1] : null;
    if (check !== null) check(flag, value ?? next ?? '', words);
    // Without its value, so that commander finds the one that was meant.
    else if (option === undefined) spelled.push(flag);
    else if (!option.required) spelled.push(...asSwitch(option, ours, value, command));
    else if (value !== null) spelled.push(`${ours}=${ourValue(flag, value)}`);
    else spelled.push(ours, ...(next === null ? [] : [ourValue(flag, next)]));
    if (next !== null) i++;
  }
  return spelled;
}

/** A word such as `--block_size=64`, its name in kebab case. */
function parts(word: string): { flag: string; value: string | null } {
  if (!word.startsWith('--')) return { flag: word, value: null };
  const [name] = word.split('=', 1);
  const value = name.length < word.length ? word.slice(name.length + 1) : null;
  return { flag: name.replaceAll('_', '-'), value };
}

function asSwitch(option: Option, flag: string, value: string | null, command: Command): string[] {
  if (value === null) return [flag];
  if (option.negate) {
    throw new ConfigError(
      `${flag} takes no value, got '${value}'; give ${flag.replace('--no-', '--')}=False`,
    );
  }
  const word = value.toLowerCase();
  if (word === 'true') return [flag];
  if (word !== 'false') throw new ConfigError(`${flag} is a switch: True or False, got '${value}'`);
  const off = flag.replace('--', '--no-');
  return command.options.some(({ long }) => long === off) ? [off] : [];
}
