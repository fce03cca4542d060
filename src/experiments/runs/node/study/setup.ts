/** What all runs of a study share, besides their settings: data, machine and place. */
import { type BackendMode, type BackendName, ConfigError } from '../../../../tensor/index.js';
import { crc32 } from '../../../../training/checkpoint/crc32.js';
import { type DataSource, STDIN, sourcesOf } from '../../../../training/data/data-source.js';
import { type Dataset, requireBlocks } from '../../../../training/data/dataset.js';
import { MOBY_DICK } from '../../../../training/data/node/load-dataset.js';
import { loadNewDataset } from '../../../../training/node/run.js';
import { modelConfigFor } from '../../../../training/settings/settings.js';
import type { TokenizerName, TrainSettings } from '../../../../training/settings/train-settings.js';
import type { ComparedData, Machine } from '../../run.js';
import { jobsFor, thisMachine } from '../machine.js';

export interface SetupRequest {
  /** Default `moby-dick`. */
  readonly data?: DataSource;
  readonly outDir: string;
  readonly backend: BackendName;
  readonly mode: BackendMode | null;
  /** Null for as many as cores and memory allow. */
  readonly jobs: number | null;
  readonly keepCheckpoints: boolean;
}

export interface Setup extends Omit<SetupRequest, 'data' | 'jobs'> {
  readonly source: DataSource;
  /** Whether the data brought tokens of their own. */
  readonly hasOwnTokens: boolean;
  readonly data: ComparedData;
  readonly machine: Machine;
}

export interface WantedData {
  readonly tokenizer: TokenizerName;
  /** The tokenizer that was asked for outright. */
  readonly asked: TokenizerName | undefined;
  /** Of the longest blocks. */
  readonly blockSize: number;
}

/**
 * Reads the data, and counts how many runs there is room for. @param models - of the runs there are to make
 * @throws ConfigError or DataError for the first thing that will not do.
 */
export async function openSetup(
  { data, jobs, ...rest }: SetupRequest,
  wanted: WantedData,
  models: readonly TrainSettings[],
): Promise<Setup> {
  const source = data ?? MOBY_DICK;
  const dataset = await loadFor(source, wanted);
  const { kind } = dataset.tokenizer.describe();
  const sized = models.map((settings) => ({
    settings,
    config: modelConfigFor(settings, dataset.tokenizer.vocabSize),
  }));
  return {
    ...rest,
    source,
    hasOwnTokens: kind !== wanted.tokenizer,
    data: describe(dataset),
    machine: thisMachine(rest.backend, jobsFor(jobs, rest.backend, sized)),
  };
}

async function loadFor(source: DataSource, { tokenizer, asked, blockSize }: WantedData): Promise<Dataset> {
  if (sourcesOf(source).includes(STDIN)) {
    throw new ConfigError(
      'every run reads the data for itself, which standard input gives only once; give a file',
    );
  }
  const dataset = await loadNewDataset(source, tokenizer, asked);
  requireBlocks(dataset, blockSize);
  return dataset;
}

function describe({ name, train, val, tokenizer }: Dataset): ComparedData {
  const bytesOf = ({ buffer, byteOffset, byteLength }: Dataset['train']) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  const sum = crc32(bytesOf(val), crc32(bytesOf(train)));
  return {
    name,
    trainTokens: train.length,
    valTokens: val.length,
    vocabSize: tokenizer.vocabSize,
    crc32: sum.toString(16).padStart(8, '0'),
  };
}
