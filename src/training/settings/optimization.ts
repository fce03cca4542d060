/**
 * How a run goes from gradients to parameters: the options of optimizer and learning rate.
 * Explained in docs/training.md.
 */
import { type Options, oneOf, SWITCH, whole } from '../../ngpt/config/option.js';
import { requireAngle, requireDecay, requireNotNegative } from '../../tensor/checks/values.js';

/** How the learning rate falls after the warm-up; see `nn/schedules.ts`. */
export type LearningRateDecay = 'cosine' | 'logarithmic' | 'linear' | 'constant';

/** A part of `TrainSettings`. */
export interface OptimizationSettings {
  readonly learningRate: number;
  /** Steps of linear warm-up. */
  readonly warmupIters: number;
  readonly lrDecay: LearningRateDecay;
  /** Where the decay ends, at maxIters; a constant rate has none. */
  readonly minLr: number;
  /** Of matrices; nGPT's become unit again, so that little is left of it. */
  readonly weightDecay: number;
  /** Adam in the tangent space; see `NormalizedAdam`. */
  readonly riemannian: boolean;
  /** Radians that one step may turn a unit vector; 0 for any. */
  readonly maxAngle: number;
  readonly beta1: number;
  readonly beta2: number;
  /** a of GatedAdamW, see `gatedAdamStepInPlace`; 0 is Adam. */
  readonly gate: number;
  /** q of `logitSlope`; 0 is none. */
  readonly logitPreconditioning: number;
  /** Largest length of the gradient; 0 does not clip. */
  readonly gradClip: number;
  /** The width nEmbd at which learningRate was tuned, see `groupsForWidth`; 0 is that of the model. */
  readonly transferWidth: number;
  /** The depth nLayer at which alphaInit was tuned, see `transferredAlpha`; 0 is that of the model. */
  readonly transferDepth: number;
  /** The tokens that learningRate was tuned on, see `tokenFactor`; 0 are those of the run. */
  readonly transferTokens: number;
}

/** Names the limit too: whoever asks for 1e300 did ask for a whole number. */
export const count = (least: number) => whole(least, { most: Number.MAX_SAFE_INTEGER });

const NO_TRANSFER = 'for which these rules are not made';
const NO_UNIT_VECTORS = 'which has no unit vectors';

/** A part of `TRAINING_OPTIONS`. */
export const OPTIMIZATION_OPTIONS: Options<OptimizationSettings> = {
  // Paper 2.6: nGPT needs neither warm-up nor weight decay.
  learningRate: {
    check: requireNotNegative,
    value: '<rate>',
    default: ({ arch }) => (arch === 'gpt' ? 3e-3 : 1e-2),
    help: 'after the warm-up',
    mayChange: true,
  },
  warmupIters: {
    ...count(0),
    value: '<count>',
    default: ({ arch }) => (arch === 'gpt' ? 100 : 0),
    help: 'steps of linear warm-up',
    mayChange: true,
  },
  lrDecay: {
    ...oneOf('cosine', 'logarithmic', 'linear', 'constant'),
    value: '<name>',
    default: 'cosine',
    help: 'how the learning rate falls after the warm-up',
    mayChange: true,
  },
  minLr: {
    check: requireNotNegative,
    value: '<rate>',
    default: 0,
    help: 'learning rate at the end of the decay',
    mayChange: true,
  },
  weightDecay: {
    check: requireNotNegative,
    value: '<rate>',
    default: ({ arch }) => (arch === 'gpt' ? 0.1 : 0),
    help: 'of matrices',
    mayChange: true,
  },
  riemannian: {
    ...SWITCH,
    default: false,
    help: 'keep gradients and moments tangent to the sphere',
    only: { arch: 'ngpt', reason: NO_UNIT_VECTORS, none: false },
    mayChange: true,
  },
  maxAngle: {
    check: requireAngle,
    value: '<radians>',
    default: 0,
    help: 'largest angle by which one step turns a vector, 0 for any',
    only: { arch: 'ngpt', reason: NO_UNIT_VECTORS, none: 0 },
    mayChange: true,
  },
  beta1: {
    check: requireDecay,
    value: '<share>',
    default: 0.9,
    help: "what Adam keeps of the gradient's mean",
    mayChange: true,
  },
  beta2: {
    check: requireDecay,
    value: '<share>',
    default: 0.95,
    help: 'what Adam keeps of the mean of its square',
    mayChange: true,
  },
  gate: {
    check: requireNotNegative,
    value: '<sharpness>',
    default: 0,
    help: 'of the gate of GatedAdamW, where 0.5 damps small gradients less than Adam; 0 is Adam',
    mayChange: true,
  },
  logitPreconditioning: {
    check: requireNotNegative,
    value: '<power>',
    default: 0,
    help: 'power of s_z over its mean in the gradient of the cosines, in place of s_z; 0 leaves s_z',
    only: { arch: 'ngpt', reason: 'which has no s_z', none: 0 },
    mayChange: true,
  },
  gradClip: {
    check: requireNotNegative,
    value: '<norm>',
    default: 1,
    help: 'largest length of the gradient, 0 for any',
    mayChange: true,
  },
  transferWidth: {
    ...count(0),
    value: '<size>',
    default: 0,
    help: 'n-embd at which the learning rate was tuned, 0 for that of the model',
    only: { arch: 'ngpt', reason: NO_TRANSFER, none: 0 },
    mayChange: true,
  },
  transferDepth: {
    ...count(0),
    value: '<count>',
    default: 0,
    help: 'n-layer at which alpha-init was tuned, 0 for that of the model',
    only: { arch: 'ngpt', reason: NO_TRANSFER, none: 0 },
  },
  transferTokens: {
    ...count(0),
    value: '<tokens>',
    default: 0,
    help: 'how many the learning rate was tuned on, 0 for those of the run',
    only: { arch: 'ngpt', reason: NO_TRANSFER, none: 0 },
    mayChange: true,
  },
};
