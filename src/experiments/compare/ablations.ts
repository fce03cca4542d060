/**
 * The ideas of nGPT, each switched off alone: what `ngpt compare --ablations` runs.
 * Explained in docs/experiments.md.
 */

import type { TrainSettings } from '../../training/settings/train-settings.js';
import type { ByArchitecture, Recipe } from '../runs/run.js';
import type { PaperFigure } from './comparison.js';

type Changes = (recipes: ByArchitecture<Recipe>, budget: number) => Partial<TrainSettings>;

export interface Ablation {
  /** What people call it on the command line. */
  readonly name: string;
  /** What is other than in the recipe. */
  readonly sentence: string;
  /** The settings that say so; some follow from the baseline's recipe, or from the steps there are. */
  readonly settings: Partial<TrainSettings> | Changes;
  /** What the paper gives for it. */
  readonly paper?: PaperFigure;
  /** Learning rates to try, where the recipe's best is not its own. */
  readonly learningRates?: readonly number[];
}

/** Settings that are no idea of the paper: sizes, data, and how a run is watched and shared out. */
type NoIdea =
  | 'arch'
  | 'blockSize'
  | 'nLayer'
  | 'nHead'
  | 'nEmbd'
  | 'dMlp'
  | 'rope'
  | 'ropeBase'
  | 'tokenizer'
  | 'batchSize'
  | 'gradAccumulation'
  | 'recompute'
  | 'maxIters'
  | 'maxMinutes'
  | 'learningRate'
  | 'minLr'
  | 'beta1'
  | 'beta2'
  | 'gradClip'
  | 'transferWidth'
  | 'transferDepth'
  | 'transferTokens'
  | 'evalInterval'
  | 'evalIters'
  | 'saveInterval'
  | 'earlyStopping'
  | 'seed'
  | 'batchSeed'
  | 'logFormat'
  | 'threads';

type Scale = 'alpha' | 'sqk' | 'suv' | 'sz';

/** A scale as one number, and not learned. */
function forms(scale: Scale, what: string): [Ablation, Ablation] {
  return [
    { name: `scalar-${scale}`, sentence: `${what}: one number, no vector`, settings: { [scale]: 'scalar' } },
    { name: `fixed-${scale}`, sentence: `${what}: not learned`, settings: { [scale]: 'fixed' } },
  ];
}

/** Adam then learns it as slowly as any other parameter. */
function scaleOf1(scale: Scale, what: string): Ablation {
  const settings = { [`${scale}Scale`]: 1 };
  return { name: `${scale}-scale-1`, sentence: `${what}: stored as 1 at first, so learned slowly`, settings };
}

/** By the setting that is changed. A setting that is an idea and has no entry does not compile. */
const BY_SETTING: { readonly [Name in Exclude<keyof TrainSettings, NoIdea>]: readonly Ablation[] } = {
  qkNorm: [
    {
      name: 'no-qk-norm',
      sentence: 'queries and keys are not normalized',
      settings: { qkNorm: false },
      paper: { percent: 0.12, source: 'table 6' },
    },
  ],
  tieWeights: [
    {
      name: 'tied-embeddings',
      sentence: 'one matrix is embedding and head',
      settings: { tieWeights: true },
    },
  ],
  alphaInit: [
    { name: 'alpha-0.25', sentence: 'eigen learning rates begin at 0.25', settings: { alphaInit: 0.25 } },
  ],
  alpha: [...forms('alpha', 'eigen learning rates')],
  alphaScale: [scaleOf1('alpha', 'eigen learning rates')],
  sqk: [...forms('sqk', 'the scale of queries and keys')],
  sqkInit: [],
  sqkScale: [scaleOf1('sqk', 'the scale of queries and keys')],
  suv: [...forms('suv', 'the scale of the MLP')],
  ...{ suvInit: [], suvScale: [] },
  sz: [...forms('sz', 'the scale of the logits')],
  szInit: [
    {
      name: 'sz-15',
      sentence: 'the scale of the logits begins at 15, not at 1',
      settings: { szInit: 15 },
    },
  ],
  szScale: [
    {
      ...scaleOf1('sz', 'the scale of the logits'),
      paper: { percent: 3.12, source: 'table 4' },
    },
  ],
  warmupIters: [
    {
      name: 'warm-up',
      sentence: "the learning rate warms up as long as the baseline's",
      settings: ({ gpt }) => ({ warmupIters: gpt.warmupIters }),
    },
  ],
  weightDecay: [
    {
      name: 'weight-decay',
      sentence: "matrices decay as the baseline's",
      settings: ({ gpt }) => ({ weightDecay: gpt.weightDecay }),
    },
  ],
  signedAlpha: [
    {
      name: 'signed-alpha',
      sentence: 'eigen learning rates may be below 0',
      settings: { signedAlpha: true },
    },
  ],
  residual: [
    {
      name: 'slerp',
      sentence: 'hidden states move along great circles',
      settings: { residual: 'slerp' },
    },
  ],
  weightNorm: [
    {
      name: 'forward-norm',
      sentence: 'matrices are normalized in every forward pass',
      settings: { weightNorm: 'forward' },
    },
    {
      name: 'no-weight-norm',
      sentence: 'matrices are normalized at the start only',
      settings: { weightNorm: 'never' },
    },
  ],
  softmaxScale: [
    {
      name: 'softmax-rsqrt',
      sentence: 'the softmax has the scale 1/√d_k, as in GPT',
      settings: { softmaxScale: 'rsqrt' },
    },
  ],
  riemannian: [
    {
      name: 'riemannian',
      sentence: 'Adam works in the tangent space and carries its moments along',
      settings: { riemannian: true },
    },
  ],
  maxAngle: [
    {
      name: 'max-angle',
      sentence: 'a step turns no vector by more than 0.02 radians',
      settings: { maxAngle: 0.02 },
    },
  ],
  gate: [
    { name: 'gate', sentence: 'updates are gated as in GatedAdamW, with a = 0.5', settings: { gate: 0.5 } },
  ],
  logitPreconditioning: [
    {
      name: 'logit-preconditioning',
      sentence: 'the gradient of the cosines leaves out the size that all of s_z have in common',
      settings: { logitPreconditioning: 1 },
    },
  ],
  lrDecay: [
    {
      name: 'log-decay',
      sentence: 'the learning rate decays logarithmically after a warm-up over a tenth of the steps',
      settings: (_, budget) => ({ lrDecay: 'logarithmic', warmupIters: Math.floor(budget / 10) }),
    },
  ],
};

/** Several settings at once. */
const COMBINED: readonly Ablation[] = [
  {
    name: 'scalar-scales',
    sentence: 'every scale is one number in place of a vector',
    settings: { alpha: 'scalar', sqk: 'scalar', suv: 'scalar', sz: 'scalar' },
    paper: { percent: 0.62, source: 'table 5' },
  },
  {
    name: 'fixed-scales',
    sentence: 'the scales of queries and keys and of the MLP are not learned',
    settings: { sqk: 'fixed', suv: 'fixed' },
    paper: { percent: 0.2, source: 'table 5' },
  },
];

/** By name, in the order in which they run. */
export const ABLATION_TABLE: ReadonlyMap<string, Ablation> = new Map(
  [...Object.values(BY_SETTING).flat(), ...COMBINED].map((ablation) => [ablation.name, ablation]),
);

/** What an ablation changes in a run of `budget` steps. */
export function changesOf(
  name: string,
  recipes: ByArchitecture<Recipe>,
  budget: number,
): Partial<TrainSettings> {
  const settings = ABLATION_TABLE.get(name)?.settings ?? {};
  return typeof settings === 'function' ? settings(recipes, budget) : settings;
}

/** Whether the recipe has already what an ablation would change, so that its runs would be those of the recipe. */
export function changesNothing(name: string, recipes: ByArchitecture<Recipe>, budget: number): boolean {
  const recipe: Partial<TrainSettings> = recipes.ngpt;
  const changes = Object.entries(changesOf(name, recipes, budget)) as [keyof TrainSettings, unknown][];
  return changes.every(([setting, value]) => recipe[setting] === value);
}
