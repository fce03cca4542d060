import { InvalidArgumentError, Option } from 'commander';

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

export function backendOption(): Option {
  return new Option('--backend <name>', 'where tensors live and are computed')
    .choices(['wasm', 'gpu', 'reference'])
    .default('wasm');
}

export function checkpointOption(): Option {
  return new Option(
    '--checkpoint <path>',
    'a checkpoint, or an out-dir with one in it',
  ).makeOptionMandatory();
}

/** How to call the command again: as a script of this repository, or installed. */
export function commandName(): string {
  return process.env.npm_lifecycle_event === undefined ? 'npx ngpt' : 'npm run --silent ngpt --';
}
