import { Option } from 'commander';
import { PRESETS, type TrainSettings, trainSettings } from '../training/node/index.js';
import { type BackendChoice, backendOptions, numberOption, pathOption } from './options.js';

export interface TrainOptions extends Partial<TrainSettings>, BackendChoice {
  data?: string;
  preset?: string;
  outDir?: string;
  initFrom: 'scratch' | 'resume';
  json?: boolean;
}

/** The options of `ngpt train`. Their defaults are told, not set: a preset or a checkpoint may have others. */
export function trainOptions(): Option[] {
  const [ngpt, gpt] = [trainSettings(), trainSettings({ arch: 'gpt' })];
  const setting = (flags: string, description: string, name: keyof TrainSettings) => {
    const value = ngpt[name] === gpt[name] ? ngpt[name] : `ngpt ${ngpt[name]}, gpt ${gpt[name]}`;
    return numberOption(flags, `${description} (default: ${value})`);
  };
  return [
    new Option('--preset <name>', 'where to start (default: nano-cpu)').choices(Object.keys(PRESETS)),
    new Option('--arch <name>', 'the model (default: ngpt)').choices(['ngpt', 'gpt']),
    pathOption(
      '--data <source>',
      "moby-dick (default), a text file, or a folder with nanoGPT's train.bin and val.bin",
    ),
    new Option('--tokenizer <name>', 'for text (default: char)').choices(['char', 'gpt2']),
    setting('--n-layer <count>', 'blocks', 'nLayer'),
    setting('--n-head <count>', 'attention heads', 'nHead'),
    setting('--n-embd <size>', 'embedding dimension', 'nEmbd'),
    numberOption('--d-mlp <size>', 'width of the MLP (default: 4 times n-embd)'),
    setting('--block-size <tokens>', 'longest sequence', 'blockSize'),
    setting('--batch-size <count>', 'sequences in a batch', 'batchSize'),
    setting('--max-iters <count>', 'optimizer steps, at the end of which the cosine ends', 'maxIters'),
    setting('--learning-rate <rate>', 'after the warm-up', 'learningRate'),
    setting('--warmup-iters <count>', 'steps of linear warm-up', 'warmupIters'),
    setting('--min-lr <rate>', 'learning rate at the end of the cosine', 'minLr'),
    setting('--weight-decay <rate>', 'of matrices, for gpt only', 'weightDecay'),
    setting('--beta1 <share>', "what Adam keeps of the gradient's mean", 'beta1'),
    setting('--beta2 <share>', 'what Adam keeps of the mean of its square', 'beta2'),
    setting('--grad-clip <norm>', 'largest length of the gradient, 0 for any', 'gradClip'),
    setting(
      '--alpha-init <value>',
      'first eigen learning rate, for ngpt only, of the order of 1/n-layer',
      'alphaInit',
    ),
    setting('--eval-interval <steps>', 'steps between evaluations, each of which saves', 'evalInterval'),
    setting('--eval-iters <count>', 'batches per evaluation', 'evalIters'),
    setting('--seed <number>', 'of all random numbers', 'seed'),
    setting('--threads <count>', 'threads that share out each batch', 'threads'),
    pathOption('--out-dir <path>', 'where checkpoints go (default: out/PRESET, for gpt out/PRESET-gpt)'),
    new Option('--init-from <what>', 'begin anew, or go on from the out-dir with its settings')
      .choices(['scratch', 'resume'])
      .default('scratch'),
    ...backendOptions(),
    new Option('--json', 'print one JSON object per event and nothing else'),
  ];
}
