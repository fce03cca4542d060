/** An entry for every export of the door to training. What writes files or starts threads is left out. */
import { modelConfig } from '../../../../src/index.js';
import type * as door from '../../../../src/training/node/index.js';
import {
  BatchSampler,
  CharTokenizer,
  type Checkpoint,
  type Dataset,
  encodeCheckpoint,
  mobyDick,
  newTraining,
  textDataset,
  trainSettings,
  writeSafetensors,
} from '../../../../src/training/node/index.js';
import { flag, forAWhile, generator, maybe, model, oneOf, options, record, value } from '../recipes.js';
import { CONSTANT, call, type Exempt, type Recipe, refused, returning, type Table } from '../spec.js';

const WRITES: Exempt = { exempt: 'it writes files' };

const TEXT = 'abcde'.repeat(20);
const SETTINGS = trainSettings({
  ...{ nLayer: 1, nHead: 2, nEmbd: 8, blockSize: 4, batchSize: 2, maxIters: 1, evalIters: 1, threads: 1 },
});
const CONFIG = modelConfig({ vocabSize: 5, blockSize: 4, nLayer: 1, nHead: 2, nEmbd: 8 });

const tokenizer: Recipe = () => CharTokenizer.fromText(TEXT);
const tokens: Recipe = () => Int32Array.from({ length: 40 }, (_, i) => i % 5);
const data = (): Dataset => textDataset('letters', TEXT, CharTokenizer.fromText(TEXT));
const settings: Recipe = () => ({ ...SETTINGS });
const config: Recipe = () => CONFIG;
const host = { shape: [2], dtype: 'float32', data: new Float32Array(2) } as const;
const path = value('/nowhere/at/all');

/** What training goes on from: shared by all calls, which own its model and its optimizer as long as they last. */
const state: Recipe = (world) => {
  const made = newTraining(CONFIG, SETTINGS, data().train);
  world.own(made.model);
  world.own(made.optimizer);
  return world.own({ ...made });
};

/** Of a run that has not begun. */
const checkpoint: Recipe = (world): Checkpoint => {
  const made = newTraining(CONFIG, SETTINGS, data().train);
  world.own(made.model);
  return {
    config: CONFIG,
    settings: SETTINGS,
    data: 'letters',
    tokenizer: data().tokenizer.describe(),
    ...{ step: 0, valLoss: null, bestValLoss: null, patience: { evaluatedAt: null, withoutBetter: 0 } },
    sampler: made.sampler.state(),
    model: new Map(
      made.model
        .namedParameters()
        .map(([name, x]) => [name, { shape: x.shape, dtype: x.dtype, data: x.dataSync() }]),
    ),
    optimizer: new Map(),
  };
};

const file: Recipe = (world) => encodeCheckpoint(checkpoint(world) as Checkpoint);

const checkpoints = {
  decodeCheckpoint: call(file),
  encodeCheckpoint: call(checkpoint),
  loadModel: call(checkpoint),
  bestIn: refused(path),
  readCheckpoint: call(value('test/fixtures/checkpoints/v1-ngpt.safetensors')),
  writeCheckpoint: WRITES,
  readSafetensorsFile: call(value('test/fixtures/checkpoints/v1-ngpt.safetensors')),
  SafetensorsReader: { inside: { open: refused(path), prototype: CONSTANT } },
  readSafetensors: call(() => writeSafetensors(new Map([['x', host]]))),
  writeSafetensors: call(() => new Map([['x', host]]), maybe(value(new Map()))),
} as const;

const samplerState: Recipe = (world) =>
  new BatchSampler(Int32Array.of(1, 2, 3), 1, 1, world.generator()).state();

const parts = {
  BatchSampler: {
    args: [tokens, value(4), value(2), generator],
    methods: { next: [oneOf(0, 1), oneOf(1, 2)], state: [], restore: [samplerState] },
  },
  batchesOver: call(tokens, value(4), value(2)),
  batchTensors: call(record({ tokens: () => new Int32Array(16), rows: value(2), blockSize: value(4) })),
  CharTokenizer: {
    args: [value(['a', 'b', 'c'])],
    methods: { encode: [value('abc')], decode: [value([0, 1])], byteLength: [value([0, 1])], describe: [] },
    statics: { fromText: [value(TEXT)] },
  },
  NumberTokenizer: {
    args: [value(5)],
    methods: { encode: [value('1 2')], decode: [value([0, 1])], byteLength: [], describe: [] },
  },
  textDataset: call(value('letters'), value(TEXT), tokenizer),
  loadTokenizer: call(
    oneOf({ kind: 'char', characters: ['a', 'b'] }, { kind: 'numbers', vocabSize: 5 }, { kind: 'gpt2' }),
  ),
  loadGpt2Tokenizer: call(),
  loadDataset: call(value('moby-dick'), value('char')),
  mobyDick: call(),
  readNanogptFolder: refused(path),
  loadStoredDataset: call(record({ data: value('moby-dick') }), () => CharTokenizer.fromText(mobyDick())),
  readTextFile: call(value('package.json')),
} as const;

const never = value(() => false);

/** Asked to stop after a while, where so many batches were asked for that nobody would wait. */
const untilTired: Recipe = (world) => {
  const goesOn = forAWhile(world) as () => boolean;
  return () => !goesOn();
};

const training = {
  estimateLoss: call(
    model,
    tokens,
    options(
      { batchSize: value(2), evalIters: value(1), seed: value(1), parts: value(1), onBatch: value(() => {}) },
      ['batchSize', 'evalIters', 'seed', 'onBatch'],
    ),
    untilTired,
  ),
  fullLoss: call(model, tokens, value(2), value(1)),
  trainStep: call(
    state,
    settings,
    value(() => 0.1),
    value(null),
  ),
  train: call(
    record({
      state,
      settings,
      dataset: data,
      resumedFrom: value(null),
      team: value(null),
      save: value(async () => 'nowhere'),
      stopRequested: never,
    }),
  ),
  newTraining: call(config, settings, tokens),
  trainingFromWeights: call(checkpoint, settings, tokens),
  resumeTraining: call(checkpoint, settings, tokens),
  takeCheckpoint: call(state, settings, data, value(null)),
  continueText: call(
    model,
    tokenizer,
    value([1, 2]),
    options({ onText: forAWhile, maxNewTokens: value(2), generator, cached: flag }, [
      'onText',
      'maxNewTokens',
      'generator',
    ]),
  ),
  trainSettings: call(
    options({ nLayer: value(1), maxIters: value(5), arch: oneOf('ngpt', 'gpt') }),
    value('demo'),
  ),
  presetSettings: call(oneOf('demo', 'nano-cpu'), oneOf('ngpt', 'gpt')),
  configurationSettings: call(value('1b'), oneOf('ngpt', 'gpt')),
  learningRateSchedule: returning([settings], value(3)),
} as const;

const runs = {
  openRun: { exempt: 'it takes a folder and starts threads' },
  resolveRun: call(
    options({
      settings: value({ maxIters: 5 }),
      preset: value('demo'),
      data: value('moby-dick'),
      outDir: value('/nowhere'),
    }),
  ),
  exportRun: WRITES,
  exportConfiguration: WRITES,
  importRun: refused(record({ model: path, args: path, data: value('moby-dick') })),
  allowFastSimd: call(value(() => {})),
  allowRelaxedSimd: call(),
  canPairVectors: call(),
  startFast: call(
    value('reference'),
    value({}),
    value(() => {}),
  ),
} as const;

const constants = {
  ...{
    BEST_CHECKPOINT: CONSTANT,
    LAST_CHECKPOINT: CONSTANT,
    PREVIOUS_BEST: CONSTANT,
    PREVIOUS_CHECKPOINT: CONSTANT,
  },
  ...{ CONFIGURATIONS: CONSTANT, PRESETS: CONSTANT, EXPORT_FILES: CONSTANT, RELEASED_FILES: CONSTANT },
  ...{ MOBY_DICK: CONSTANT, STDIN: CONSTANT, TRAIN_FRACTION: CONSTANT },
};

export const TRAINING = { ...checkpoints, ...parts, ...training, ...runs, ...constants } satisfies Table<
  typeof door
>;
