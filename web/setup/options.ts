/** All there is to say about the entries of a setup: controls, links and checks are made of it. */
import { whole } from '../../src/ngpt/config/option.js';
import { TRAINING_OPTIONS } from '../../src/training/settings/train-settings.js';
import { NGPT_OPTIONS } from './ngpt-options.js';
import { choice, entry, type NumberControl, type SetupOptions } from './option.js';
import { requireOwnText } from './own-text.js';
import type { Setup } from './setup.js';

/** A page keeps the history of a run in memory. */
const MOST_STEPS = 1_000_000;

const { batchSize, blockSize, learningRate, nEmbd, nHead, nLayer, seed, tieWeights } = TRAINING_OPTIONS;

const data = entry('data', false);
const run = entry('run', true);
const both = entry('both models', false);

export const SETUP_OPTIONS: SetupOptions<Setup> = {
  data: {
    ...data('data', 'text', 'What both models learn to continue, character by character.'),
    ...choice({
      'moby-dick': 'Moby Dick',
      copy: 'copy letters',
      sort: 'sort letters',
      add: 'add numbers',
      own: 'your own text',
    }),
    default: 'moby-dick',
  },
  ownText: {
    ...data('own', 'own text', 'Length and checksum of your text, which itself never leaves the page.'),
    check: requireOwnText,
    control: { kind: 'none' },
    default: null,
  },
  seed: {
    ...entry('run', false)('seed', 'seed', 'Where all random numbers begin; another seed is another run.'),
    check: seed.check,
    control: usual(1, 2, 3, 4, 5),
    default: 1,
    source: { file: 'src/training/loop/training-state.ts', words: 'const drawing =' },
  },
  steps: {
    ...run('steps', 'steps', 'Where training ends; to go on later changes nothing of what came before.'),
    ...whole(1, { most: MOST_STEPS }),
    control: usual(500, 1000, 2000, 3000, 5000, 10_000, 20_000, 50_000),
    default: 3000,
  },
  evalInterval: {
    ...run('eval', 'steps between tests', 'How often both models are tested on text they do not train on.'),
    ...whole(1, { most: MOST_STEPS }),
    control: usual(10, 25, 50, 100, 200, 500),
    default: 50,
    source: { file: 'src/training/loop/evaluate.ts', words: 'export async function evaluateBoth' },
  },
  nLayer: {
    ...both('layers', 'layers', 'Blocks of attention and MLP, one after the other.'),
    check: nLayer.check,
    control: usual(1, 2, 3, 4, 6, 8, 12),
    default: 3,
    source: { file: 'src/ngpt/model.ts', words: 'new NormalizedBlock(' },
  },
  nHead: {
    ...both(
      'heads',
      'heads',
      'Attentions side by side in a block, each with an equal part of the dimensions.',
    ),
    check: nHead.check,
    control: usual(1, 2, 4, 8, 16),
    default: 4,
    source: {
      file: 'src/ngpt/attention.ts',
      words: 'return x.reshape([x.shape[0], x.shape[1], this.config.nHead',
    },
  },
  nEmbd: {
    ...both(
      'embd',
      'dimensions',
      'Numbers in a hidden state: nGPT lives on the unit sphere of that many dimensions.',
    ),
    check: nEmbd.check,
    control: usual(3, 16, 32, 48, 64, 96, 128, 192, 256),
    default: 64,
    source: { file: 'src/ngpt/matrices.ts', words: 'export function unitEmbedding' },
  },
  blockSize: {
    ...both(
      'block',
      'block size',
      'Characters that a model sees at once: it predicts each from those before it.',
    ),
    check: blockSize.check,
    control: usual(16, 32, 64, 96, 128, 192, 256),
    default: 64,
    source: { file: 'src/training/data/batches.ts', words: 'export function batchAt' },
  },
  batchSize: {
    ...both('batch', 'batch size', 'Blocks that a step learns from at once, the same ones for both models.'),
    check: batchSize.check,
    control: usual(1, 2, 4, 8, 16, 32, 64),
    default: 8,
    source: { file: 'src/training/loop/train-step.ts', words: 'const batch = sampler.next(first, end)' },
  },
  tieWeights: {
    ...both('tie', 'tied embeddings', 'Read characters and predict them with one table in place of two.'),
    check: tieWeights.check,
    control: { kind: 'switch' },
    default: false,
    source: { file: 'src/ngpt/model.ts', words: 'tieWeights ? this.embedding.weight' },
  },
  rope: {
    ...both(
      'rope',
      'positions',
      'How attention learns where characters stand: by turning queries and keys, or not at all.',
    ),
    ...choice({ rotary: 'rotary', none: 'none' }),
    default: 'rotary',
    source: { file: 'src/ngpt/attention.ts', words: 'const turned =' },
  },
  ngptRate: {
    ...entry('nGPT', false)('nlr', 'learning rate', 'How far one step of nGPT moves its weights.'),
    check: learningRate.check,
    control: rates(),
    // Half of what schedules that decay begin with: this one stays.
    default: 5e-3,
    source: { file: 'src/training/loop/train-step.ts', words: 'optimizer.learningRate = learningRate' },
  },
  ...NGPT_OPTIONS,
  gptRate: {
    ...entry('GPT', false)(
      'glr',
      'learning rate',
      'How far one step of GPT moves its weights, after 100 steps of warm-up.',
    ),
    check: learningRate.check,
    control: rates(),
    default: 3e-3,
    source: { file: 'src/training/loop/train-step.ts', words: 'optimizer.learningRate = learningRate' },
  },
  backend: {
    ...entry('machine', false)(
      'backend',
      'computes on',
      'Where both models compute: the processor, or the graphics card through gpu.js.',
    ),
    ...choice({ wasm: 'processor (WebAssembly)', gpu: 'graphics card' }),
    default: 'wasm',
  },
  mode: {
    ...entry('machine', false)(
      'mode',
      'build or device',
      'Which build of the kernels or which device computes; they agree to the last digits, not to the last bit.',
    ),
    ...choice({
      auto: 'the best that runs here',
      simd: '128-bit SIMD',
      'relaxed-simd': 'relaxed SIMD',
      wide: '256-bit SIMD',
      webgpu: 'WebGPU',
      webgl2: 'WebGL2',
    }),
    default: 'auto',
  },
};

/** All entries, in the order of the table. */
export const SETUP_NAMES = Object.keys(SETUP_OPTIONS) as readonly (keyof Setup)[];

export const DEFAULT_SETUP = Object.fromEntries(
  SETUP_NAMES.map((name) => [name, SETUP_OPTIONS[name].default]),
) as unknown as Setup;

function usual(...values: readonly number[]): NumberControl {
  return { kind: 'number', usual: values };
}

function rates(): NumberControl {
  return usual(1e-4, 3e-4, 1e-3, 2e-3, 3e-3, 5e-3, 1e-2, 2e-2, 3e-2, 1e-1);
}
