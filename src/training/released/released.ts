/**
 * The way to and from the code that the paper's authors released (PyTorch). Tensor names and shapes are the same;
 * what differs is the size of the eigen learning rates, because that code starts all of them at 0.05, and the
 * order of the optimizer's parameters. Explained in docs/scale-out.md.
 */
import { MODEL_OPTIONS } from '../../ngpt/config/config.js';
import { entriesOf } from '../../ngpt/config/option.js';
import { type ModelConfig, modelConfig } from '../../ngpt/index.js';
import type { HostTensor, RotaryVariant, StateDict } from '../../nn/index.js';
import { CheckpointError, ConfigError } from '../../tensor/index.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { RELEASED_ALPHA, type ReleasedArguments, releasedArguments } from './arguments.js';

/** A run as that code knows it. */
export interface ReleasedRun {
  readonly model: StateDict;
  /** `exp_avg/NAME` and `exp_avg_sq/NAME`, in the order of its optimizer: matrices first, then the rest. */
  readonly optimizer: StateDict;
  readonly args: ReleasedArguments;
}

/** @throws ConfigError for a model that the released code cannot express. */
export function toReleased(checkpoint: Checkpoint): ReleasedRun {
  const { config, settings, step } = checkpoint;
  requireExpressible(config);
  const factor = config.alphaInit / RELEASED_ALPHA;
  const model = new Map([...checkpoint.model].map(([name, x]) => [name, scaled(name, x, factor)]));
  const optimizer: StateDict = new Map();
  for (const name of releasedOrder(config)) {
    // A parameter stored larger by a factor has a gradient that is smaller by it.
    optimizer.set(`exp_avg/${name}`, scaled(name, moment(checkpoint, `m/${name}`), 1 / factor));
    optimizer.set(`exp_avg_sq/${name}`, scaled(name, moment(checkpoint, `v/${name}`), 1 / factor ** 2));
  }
  const args = releasedArguments(config, settings, step);
  return { model, optimizer, args };
}

/**
 * The parameters in the order of the released optimizer: that of `named_parameters()`, where a module's own
 * parameters come before those of its children, matrices (the decay group) before all others.
 */
export function releasedOrder({ arch, nLayer }: ModelConfig): string[] {
  const isNormalized = arch === 'ngpt';
  const layers = Array.from({ length: nLayer }, (_, layer) => `transformer.h.${layer}`);
  const matrices = ['key', 'query', 'value', 'att_c_proj', 'c_fc', 'mlp_c_proj'];
  const vectors = isNormalized
    ? ['attn_alpha', 'mlp_alpha', 'sqk', 'suv']
    : ['rmsnorm_att.weight', 'rmsnorm_mlp.weight'];
  return [
    'transformer.wte.weight',
    ...layers.flatMap((layer) => matrices.map((name) => `${layer}.${name}.weight`)),
    'lm_head.weight',
    ...(isNormalized ? ['sz'] : []),
    ...layers.flatMap((layer) => vectors.map((name) => `${layer}.${name}`)),
    ...(isNormalized ? [] : ['rmsnorm_f.weight']),
  ];
}

/** What its arguments say, or the export does. The other options have our defaults there, and no names. */
const EXPRESSED = ['arch', 'vocabSize', 'blockSize', 'nLayer', 'nHead', 'nEmbd', 'alphaInit', 'rope'];

/** Values of the others, in words that explain themselves. */
const IN_WORDS: { readonly [N in keyof ModelConfig]?: (config: ModelConfig) => string } = {
  dMlp: ({ dMlp, nEmbd }) => `dMlp ${dMlp} (it has 4 nEmbd = ${4 * nEmbd})`,
  ropeBase: ({ ropeBase }) => `rope base ${ropeBase}`,
  qkNorm: () => 'queries and keys that are not normalized',
  signedAlpha: () => 'eigen learning rates with a sign',
  weightNorm: ({ weightNorm }) =>
    weightNorm === 'never'
      ? 'matrices that are not normalized'
      : 'matrices that are normalized in every pass',
  residual: () => 'steps along the great circle',
  softmaxScale: () => 'attention with 1/√d_k',
  tieWeights: () => 'tied weights',
};

/** A model that the released code has. @throws ConfigError that says of any other what it cannot express. */
export function requireExpressible(
  config: ModelConfig,
): asserts config is ModelConfig & { readonly rope: RotaryVariant } {
  const { arch, vocabSize, blockSize, nLayer, nHead, nEmbd, rope } = config;
  const theirs = modelConfig({ arch, vocabSize, blockSize, nLayer, nHead, nEmbd, rope });
  const others = entriesOf(MODEL_OPTIONS)
    .filter(([name, { only }]) => !EXPRESSED.includes(name) && (only?.arch ?? arch) === arch)
    .filter(([name]) => config[name] !== theirs[name])
    .map(([name]) => IN_WORDS[name]?.(config) ?? `${name} ${config[name]}`);
  const reasons = rope === 'none' ? ['attention without positions', ...others] : others;
  if (reasons.length > 0) throw new ConfigError(`the released code cannot express ${reasons.join(', ')}`);
}

function moment({ optimizer, model }: Checkpoint, name: string): HostTensor {
  const found = optimizer.get(name);
  if (found !== undefined) return found;
  throw new CheckpointError(`the checkpoint lacks optimizer/${name} (it has ${model.size} parameters)`);
}

/** Eigen learning rates times `factor`, everything else as it is. */
function scaled(name: string, x: HostTensor, factor: number): HostTensor {
  if (factor === 1 || !name.endsWith('_alpha')) return x;
  return { ...x, data: Float32Array.from(x.data, (value) => value * factor) };
}
