/**
 * What nanoGPT's `train.py` and `sample.py` call otherwise, and what they have and we do not.
 * Explained in docs/nanogpt.md.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ConfigError } from '../../tensor/index.js';

/** By our command: their names, and ours. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  train: { '--dataset': '--data' },
  sample: { '--start': '--prompt', '--out-dir': '--checkpoint' },
  eval: { '--dataset': '--data', '--out-dir': '--checkpoint' },
};

/** What `--start` of `sample.py` begins with where it names a file. */
const IN_FILE = 'FILE:';

/** Our name of an option that a command does not have under this one; the same for all others. */
export function ourName(command: Command, flag: string, value: string | null = null): string {
  if (command.options.some(({ long }) => long === flag)) return flag;
  if (flag === '--start' && value?.startsWith(IN_FILE)) return '--prompt-file';
  return RENAMED[command.name()]?.[flag] ?? flag;
}

/**
 * Our value for that of an option of theirs: `--start=FILE:NAME` names a file, `--dataset=NAME` their folder data/NAME,
 * where that is.
 */
export function ourValue(flag: string, value: string): string {
  if (flag === '--start' && value.startsWith(IN_FILE)) return value.slice(IN_FILE.length);
  if (flag !== '--dataset') return value;
  const folder = join('data', value);
  return value !== '' && existsSync(folder) ? folder : value;
}

/** @throws ConfigError unless the value asks for what happens here anyway. `words` are all that were given. */
type Check = (flag: string, value: string, words: readonly string[]) => void;

const whatever: Check = () => {};

/** Only what `isSame` accepts; else the error says what to do instead. */
function only(isSame: (value: string) => boolean, instead: string): Check {
  return (flag, value) => {
    if (!isSame(value))
      throw new ConfigError(`${`${flag} ${value}`.trim()} is not possible here: ${instead}`);
  };
}

const is = (word: string) => (value: string) => value.toLowerCase() === word;

const DEVICE = {
  '--device': only(is('cpu'), 'give --backend gpu for the GPU, or leave it away'),
  '--dtype': only(is('float32'), 'all is float32; leave it away'),
  '--compile': whatever,
};

/** Options of nanoGPT's that decide nothing here, so that its command lines work as they stand. */
const FOREIGN: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  train: {
    ...DEVICE,
    '--dropout': only((value) => Number(value) === 0, 'there is no dropout; leave it away'),
    '--bias': only(is('false'), 'the models have no biases; leave it away'),
    '--decay-lr': only(is('true'), 'for a constant rate give --lr-decay constant'),
    '--lr-decay-iters': (flag, value, words) => {
      const given = lastValue('--max-iters', words);
      if (given !== undefined && Number(given) === Number(value)) return;
      throw new ConfigError(
        `${flag} ${value} is not possible here: the decay ends at --max-iters, give both`,
      );
    },
    '--gradient-accumulation-steps': (flag, value, words) => {
      if (Number(value) === 1) return;
      const given = Number(lastValue('--batch-size', words));
      const whole = given > 0 ? `${given * Number(value)}` : 'SIZE';
      throw new ConfigError(
        `${flag} ${value} is not possible here: there it multiplies a batch, here the batch is split; ` +
          `give the whole of it, --batch-size ${whole}, and --grad-accumulation ${value} if you want these parts`,
      );
    },
    '--eval-only': only(is('false'), 'ngpt eval measures a checkpoint'),
    '--wandb-log': only(is('false'), 'leave it away'),
    '--wandb-project': whatever,
    '--wandb-run-name': whatever,
    '--log-interval': whatever,
    '--always-save-checkpoint': whatever,
  },
  sample: DEVICE,
  eval: DEVICE,
};

/** The check of an option that only nanoGPT has. */
export function foreignOption(command: Command, flag: string): Check | null {
  return FOREIGN[command.name()]?.[flag] ?? null;
}

/** What an option was given last, as `--max-iters 5` or `--max_iters=5`. */
function lastValue(flag: string, words: readonly string[]): string | undefined {
  const given = words.flatMap((word, i) => {
    const [name] = word.split('=', 1);
    if (name.replaceAll('_', '-') !== flag) return [];
    return name === word ? words.slice(i + 1, i + 2) : [word.slice(name.length + 1)];
  });
  return given.at(-1);
}
