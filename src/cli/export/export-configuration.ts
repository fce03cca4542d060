/**
 * `ngpt export --configuration`: a model that is too large for this side, to be trained in the released code.
 * Explained in docs/scale-out.md.
 */
import { Option } from 'commander';
import type { Architecture } from '../../ngpt/index.js';
import { ConfigError } from '../../tensor/index.js';
import {
  CONFIGURATIONS,
  configurationSettings,
  exportConfiguration,
  loadDataset,
  RELEASED_FILES,
} from '../../training/node/index.js';
import { dataOf, shellWord } from '../options.js';

export interface ConfigurationOptions {
  configuration?: string;
  arch?: Architecture;
  data?: readonly string[];
  out: string;
  force?: boolean;
}

export function configurationOption(): Option {
  return new Option('--configuration <name>', "in place of a checkpoint: a model of the paper's, untrained")
    .choices(Object.keys(CONFIGURATIONS))
    .conflicts(['checkpoint', 'best']);
}

export function architectureOption(): Option {
  return new Option('--arch <name>', 'of the configuration (default: ngpt)')
    .choices(['ngpt', 'gpt'])
    .conflicts('checkpoint');
}

/** @throws ConfigError unless there is a configuration. */
export async function exportModel({
  configuration,
  arch,
  data,
  out,
  force = false,
}: ConfigurationOptions): Promise<void> {
  if (configuration === undefined) {
    throw new ConfigError(
      'export wants a --checkpoint, or a --configuration to begin with; see export --help',
    );
  }
  const settings = configurationSettings(configuration, arch ?? 'ngpt');
  const dataset = data === undefined ? null : await loadDataset(dataOf(data), settings.tokenizer);
  await exportConfiguration(out, settings, dataset, force);
  const openWebText =
    "It trains on data/openwebtext there, which nanoGPT's data/openwebtext/prepare.py makes; --data gives other data.";
  const lines = [
    `Wrote what trains ${configuration} (${settings.arch}) to ${out}.`,
    `Next, with the released code in the folder NGPT: cp -r ${shellWord(`${out}/.`)} NGPT && cd NGPT && PROCESSES=8 sh ${RELEASED_FILES.run}; docs/scale-out.md has the rest.`,
    ...(dataset === null ? [openWebText] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
