/**
 * The options of `ngpt train`, one or two for each setting, and the request that they make.
 * Explained in docs/training.md.
 */
import { InvalidArgumentError, Option } from 'commander';
import { entriesOf, type Option as Setting } from '../../ngpt/config/option.js';
import { REPORT_FILE } from '../../training/log/node/run-log.js';
import { PRESETS, type TrainSettings, trainSettings } from '../../training/node/index.js';
import { kebabCase } from '../../training/settings/names.js';
import { isConfiguration, tooLarge } from '../../training/settings/settings.js';
import { TRAINING_OPTIONS } from '../../training/settings/train-settings.js';
import { configOption } from '../arguments/config-file.js';
import { type BackendChoice, backendOptions, dataOption, numberOption, pathOption } from '../options.js';

export interface TrainOptions extends Partial<TrainSettings>, BackendChoice {
  data?: readonly string[];
  preset?: string;
  outDir?: string;
  initFrom: string;
  printConfig?: boolean;
  json?: boolean;
  report?: boolean;
}

/** The options of `ngpt train`: those of the run, and one or two for each setting. */
export function trainOptions(): Option[] {
  return [
    presetOption(),
    dataOption('moby-dick'),
    ...settingOptions(),
    pathOption('--out-dir <path>', 'where checkpoints go (default: out/PRESET, for gpt out/PRESET-gpt)'),
    pathOption(
      '--init-from <what>',
      'scratch, resume to go on from the out-dir, or a checkpoint or out-dir to begin with the weights from there',
    ).default('scratch'),
    configOption(),
    new Option('--print-config', 'print all settings as a file for --config, and train nothing'),
    ...backendOptions(),
    new Option('--json', 'print one JSON object per event and nothing else'),
    ...reportOptions(),
  ];
}

/** Programs that read JSON ask for what is for people. */
export function reportOptions(): Option[] {
  return [
    new Option('--report', `write ${REPORT_FILE} into the out-dir at the end (default: unless --json)`),
    new Option('--no-report', 'switches --report off'),
  ];
}

export function presetOption(): Option {
  const option = new Option('--preset <name>', 'where to start (default: nano-cpu)');
  const { parseArg: choose } = option.choices(Object.keys(PRESETS));
  return option.argParser((name: string, previous: string) => {
    if (isConfiguration(name)) throw new InvalidArgumentError(`It is no preset: ${tooLarge(name)}.`);
    return choose?.(name, previous) ?? name;
  });
}

/** What decides the form of an option on the command line. */
type Form = Pick<Setting<unknown>, 'value' | 'choices'>;

/**
 * Their defaults are told, not set: a preset or a checkpoint may have others.
 * @param prefix - what stands before their names
 */
export function settingOptions(
  isWanted: (name: keyof TrainSettings) => boolean = () => true,
  prefix = '',
): Option[] {
  const ngpt = trainSettings();
  const gpt = { ...trainSettings({ arch: 'gpt' }), arch: ngpt.arch };
  const wanted = entriesOf(TRAINING_OPTIONS).filter(([name]) => isWanted(name));
  return wanted.flatMap(([name, option]) => {
    const value = ngpt[name] === gpt[name] ? ngpt[name] : `ngpt ${ngpt[name]}, gpt ${gpt[name]}`;
    const only = option.only === undefined ? '' : `, for ${option.only.arch} only`;
    // Null stands for a default that the help itself tells.
    const told = value === null ? '' : ` (default: ${value})`;
    return asOptions(`--${prefix}${kebabCase(name)}`, option, `${option.help}${only}${told}`);
  });
}

/** The settings among the options of a command, of those with `prefix`. */
export function givenSettings(
  options: Readonly<Record<string, unknown>>,
  isWanted: (name: keyof TrainSettings) => boolean,
  prefix = '',
): Partial<TrainSettings> {
  // As commander calls `--PREFIX-NAME`.
  const attribute = (name: string) =>
    prefix === '' ? name : `${prefix}${name[0].toUpperCase()}${name.slice(1)}`;
  const wanted = entriesOf(TRAINING_OPTIONS)
    .map(([name]) => name)
    .filter(isWanted);
  return Object.fromEntries(
    wanted
      .map((name) => [name, options[attribute(name)]] as const)
      .filter(([, value]) => value !== undefined),
  );
}

function asOptions(flag: string, { value, choices }: Form, help: string): Option[] {
  if (choices !== undefined) return [new Option(`${flag} ${value}`, help).choices(choices.map(String))];
  if (value !== undefined) return [numberOption(`${flag} ${value}`, help)];
  return [new Option(flag, help), new Option(flag.replace('--', '--no-'), `switches ${flag} off`)];
}
