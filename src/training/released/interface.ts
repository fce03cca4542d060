/**
 * Names of the released code that this side relies on. A test holds the document to them.
 * Explained in docs/scale-out.md.
 */

/** The commit of NVIDIA/ngpt that they are from. */
export const RELEASED_COMMIT = 'ed19eb2';

/**
 * The command line of its train.py, `--name=value`, with the type that a value must have there: it ends at a whole
 * number where it wants a float.
 */
export const TRAIN_FLAGS = {
  init_from: 'str',
  dataset: 'str',
  use_nGPT: 'int',
  n_layer: 'int',
  n_head: 'int',
  n_embd: 'int',
  block_size: 'int',
  batch_size: 'int',
  gradient_accumulation_steps: 'int',
  learning_rate: 'float',
  min_lr: 'float',
  warmup_iters: 'int',
  weight_decay: 'float',
  beta1: 'float',
  beta2: 'float',
  grad_clip: 'float',
  max_iters: 'int',
  lr_decay_iters: 'int',
  eval_interval: 'int',
  eval_iters: 'int',
  log_interval: 'int',
  eval_only: 'bool',
  always_save_checkpoint: 'bool',
  decay_lr: 'bool',
  max_iters_per_launch: 'int',
  time_limit_seconds: 'int',
  backend: 'str',
  device: 'str',
  dtype: 'str',
  compile: 'bool',
} as const satisfies Record<string, 'int' | 'float' | 'str' | 'bool'>;

export type TrainFlag = keyof typeof TRAIN_FLAGS;

/** The entries of its checkpoint, and of the arguments of the model there. */
export const CHECKPOINT_KEYS = ['model', 'optimizer', 'model_args', 'iter_num', 'config'];
export const MODEL_ARGS = [
  ...['n_layer', 'n_head', 'n_embd', 'block_size', 'bias', 'vocab_size', 'dropout', 'base_scale', 'use_nGPT'],
];
