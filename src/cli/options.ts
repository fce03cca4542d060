/** The options that several commands have. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type BackendMode, type BackendName, SIMD_NAMES, type Simd } from '../tensor/index.js';
import { settleSimd } from '../tensor/simd.js';
import type { DataSource } from '../training/node/index.js';

/** Commander's own parsers take '12abc' or '' for numbers. */
export function parseNumber(text: string): number {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text))
    throw new InvalidArgumentError('Wants a number.');
  return Number(text);
}

/** An option with a number; where it is out of range, the settings say so. */
export function numberOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseNumber);
}

/** An option with numbers, commas between them. */
export function numberListOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string) => {
    if (text.trim() === '') throw new InvalidArgumentError('Wants numbers with commas between them.');
    return text.split(',').map((each) => parseNumber(each.trim()));
  });
}

/** An option with the name of a file, a folder or a data set. */
export function pathOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parsePath);
}

/** The same, given as often as there are some: their list. */
export function pathsOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((path: string, before?: readonly string[]) => [
    ...(before ?? []),
    parsePath(path),
  ]);
}

function parsePath(path: string): string {
  // An unset variable in a script, most likely; as a path it would be the current folder.
  if (path === '') throw new InvalidArgumentError('Wants a name.');
  return path;
}

/** The option --data, whose values are a list; `otherwise` is its default in words. */
export function dataOption(otherwise: string): Option {
  return new Option(
    '--data <source...>',
    `moby-dick, a text file, - for standard input, or a folder with nanoGPT's train.bin and val.bin; several texts are joined (default: ${otherwise})`,
  ).argParser((path: string, before?: readonly string[]) => [...(before ?? []), parsePath(path)]);
}

/** What --data was given. */
export function dataOf(data: readonly string[]): DataSource {
  return data.length === 1 ? data[0] : data;
}

const MODES = [
  'auto',
  ...['simd', 'relaxed-simd', 'wide'],
  ...['webgpu', 'webgl2', 'headlessgl', 'webasm', 'cpu'],
] as const satisfies readonly BackendMode[];

/** Where to compute, as the options of every command say it. */
export interface BackendChoice {
  backend: BackendName;
  mode?: BackendMode;
}

/** Turns --simd into the mode that it stands for, so that no command knows of it. @throws ConfigError as `settleSimd`. */
export function settleMode(command: Command): void {
  // The object itself, which the command will get.
  const options = command.opts<BackendChoice & { simd?: Simd }>();
  const { backend, simd } = options;
  if (simd === undefined) return;
  command.setOptionValue('mode', settleSimd(backend, { ...modeOf(options), simd }).mode);
  delete options.simd;
}

export function backendOptions(): Option[] {
  return [
    new Option('--backend <name>', 'where tensors live and are computed')
      .choices(['wasm', 'gpu', 'reference'])
      .default('wasm'),
    new Option(
      '--mode <name>',
      'how it computes, on wasm or on gpu (default: auto, the best that runs here)',
    ).choices(MODES),
    new Option(
      '--simd <name>',
      'which build of the kernels on wasm, in other words than the mode: wide, relaxed is relaxed-simd, plain is simd (default: auto)',
    ).choices(SIMD_NAMES),
  ];
}

/** What `init` takes of the choice. */
export function modeOf({ mode }: BackendChoice): { mode?: BackendMode } {
  return mode === undefined ? {} : { mode };
}

export function checkpointOption(): Option {
  return pathOption(
    '--checkpoint <path>',
    'a checkpoint, or an out-dir with one in it',
  ).makeOptionMandatory();
}

/** Which checkpoint, as the options of commands say it. */
export interface CheckpointChoice {
  checkpoint: string;
  best?: boolean;
}

/** Of the two in an out-dir. */
export function bestOption(): Option {
  return new Option('--best', 'in an out-dir the one with the lowest validation loss, not the last');
}

/** How to call the command again: as the script `ngpt`, which this repository has, or installed. */
export function commandName(environment = process.env): string {
  // Under npx the event is npx; under a script of another project it is that script's name.
  return environment.npm_lifecycle_event === 'ngpt' ? 'npm run --silent ngpt --' : 'npx ngpt';
}

/** A word as a shell takes it, in quotes where it must be. */
export function shellWord(word: string): string {
  if (/^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word)) return word;
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`;
}
