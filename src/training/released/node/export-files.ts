/**
 * What an export consists of, file by file: a run by itself, or as a folder to copy over the released code.
 * Explained in docs/scale-out.md.
 */
import type { StateDict } from '../../../nn/index.js';
import { ConfigError } from '../../../tensor/index.js';
import type { Checkpoint } from '../../checkpoint/checkpoint.js';
import { withChecksums } from '../../checkpoint/checksums.js';
import { safetensorsParts } from '../../checkpoint/safetensors.js';
import type { Dataset, Tokens } from '../../data/dataset.js';
import type { TokenizerDescription } from '../../data/tokenizer.js';
import type { NewFile } from '../../files/node/replace-folder.js';
import { modelConfigFor, modelSettings, type TrainSettings } from '../../settings/settings.js';
import { GPT2_VOCABULARY, releasedArguments } from '../arguments.js';
import { type ReleasedCommand, runScript, stepsOf } from '../command.js';
import { requireExpressible, toReleased } from '../released.js';
import { FROM_CKPT_PY } from './from-ckpt.js';
import { TO_CKPT_PY } from './to-ckpt.js';
import { TRAIN_ROTARY_PY } from './train-rotary.js';

/** The files of an export. */
export const EXPORT_FILES = {
  model: 'model.safetensors',
  optimizer: 'optimizer.safetensors',
  args: 'model_args.json',
  train: 'train.bin',
  val: 'val.bin',
  meta: 'meta.json',
  script: 'to_ckpt.py',
} as const;

/** What else is in the released layout, where the tokens are in a folder of their own. */
export const RELEASED_FILES = {
  run: 'run.sh',
  back: 'from_ckpt.py',
  rotary: 'train_rotary.py',
  data: 'data/spheregrad',
  pickle: 'meta.pkl',
} as const;

/** What the script makes of them there. */
const BUILT = 'ckpt.pt';

/** Whether an export writes a file of this path, in any layout, or its script does. */
export function isExported(path: string): boolean {
  const { train, val, meta } = EXPORT_FILES;
  const { data, pickle, ...scripts } = RELEASED_FILES;
  const inData = [train, val, meta, pickle].map((name) => `${data}/${name}`);
  return [...Object.values(EXPORT_FILES), ...Object.values(scripts), ...inData, BUILT].includes(path);
}

/** `plain`: all files beside each other. `released`: a folder to copy over the released code. */
export type ExportLayout = 'plain' | 'released';

/** @throws ConfigError for a model or tokens that the format cannot hold. */
export function runFiles(checkpoint: Checkpoint, dataset: Dataset, layout: ExportLayout): NewFile[] {
  const { model, optimizer, args } = toReleased(checkpoint);
  const run: NewFile[] = [
    [EXPORT_FILES.model, tensorFile(model)],
    [EXPORT_FILES.optimizer, tensorFile(optimizer)],
    [EXPORT_FILES.script, text(TO_CKPT_PY)],
  ];
  if (layout === 'plain') return [...run, [EXPORT_FILES.args, jsonFile(args)], ...dataFiles(dataset)];
  const { step, config } = checkpoint;
  const settings = { ...checkpoint.settings, ...modelSettings(config) };
  const { maxIters } = stepsOf(settings, step);
  return [
    ...run,
    // What comes back goes on along the cosine of the command line.
    [EXPORT_FILES.args, jsonFile({ ...args, max_iters: maxIters })],
    ...scripts({ settings, step, dataset: DATASET }),
    ...releasedData(dataset),
  ];
}

/**
 * What trains such a model from its first step there; without `dataset` on OpenWebText, as nanoGPT prepares it.
 * @throws ConfigError for a model that the released code cannot express.
 */
export function configurationFiles(settings: TrainSettings, dataset: Dataset | null): NewFile[] {
  const config = modelConfigFor(settings, dataset?.tokenizer.vocabSize ?? GPT2_VOCABULARY);
  requireExpressible(config);
  return [
    // For the way back only, as ckpt.pt does not say everything.
    [EXPORT_FILES.args, jsonFile(releasedArguments(config, settings, 0))],
    ...scripts({ settings, step: null, dataset: dataset === null ? 'openwebtext' : DATASET }),
    ...(dataset === null ? [] : releasedData(dataset)),
  ];
}

/** The name of its folder there. */
const DATASET = 'spheregrad';

function scripts(command: ReleasedCommand): NewFile[] {
  return [
    [RELEASED_FILES.run, text(runScript(command))],
    [RELEASED_FILES.back, text(FROM_CKPT_PY)],
    ...(command.settings.rope === 'rotary' ? [[RELEASED_FILES.rotary, text(TRAIN_ROTARY_PY)] as const] : []),
  ];
}

/** Of the vocabulary train.py reads the size only, and that from a pickle. */
function releasedData(dataset: Dataset): NewFile[] {
  const files = dataFiles(dataset);
  const hasMeta = files.some(([path]) => path === EXPORT_FILES.meta);
  const pickle = text(`(dVvocab_size\nI${dataset.tokenizer.vocabSize}\ns.`);
  const all: NewFile[] = hasMeta ? [...files, [RELEASED_FILES.pickle, pickle]] : files;
  return all.map(([path, parts]) => [`${RELEASED_FILES.data}/${path}`, parts]);
}

function dataFiles(dataset: Dataset): NewFile[] {
  const meta = describeTokens(dataset);
  return [
    [EXPORT_FILES.train, [uint16Bytes(dataset, dataset.train)]],
    [EXPORT_FILES.val, [uint16Bytes(dataset, dataset.val)]],
    ...(meta === null ? [] : [[EXPORT_FILES.meta, text(`${JSON.stringify(meta)}\n`)] as const]),
  ];
}

function text(value: string): Uint8Array[] {
  return [new TextEncoder().encode(value)];
}

function jsonFile(value: unknown): Uint8Array[] {
  return text(`${JSON.stringify(value, null, 2)}\n`);
}

function tensorFile(tensors: StateDict): Iterable<Uint8Array> {
  return safetensorsParts(tensors, withChecksums(tensors, new Map([['format', 'pt']])));
}

/** nanoGPT's meta.json; GPT-2's tokens need none. */
function describeTokens({ tokenizer }: Dataset): Record<string, unknown> | null {
  const description: TokenizerDescription = tokenizer.describe();
  if (description.kind === 'gpt2') return null;
  const itos = description.kind === 'char' ? { itos: description.characters } : {};
  return { vocab_size: tokenizer.vocabSize, ...itos };
}

function uint16Bytes({ tokenizer: { vocabSize } }: Dataset, tokens: Tokens): Uint8Array {
  if (vocabSize > 2 ** 16) throw new ConfigError(`a vocabulary of ${vocabSize} does not fit in 16 bits`);
  return new Uint8Array(Uint16Array.from(tokens).buffer);
}
