/** What can be changed of nGPT: what the paper leaves open, and what its ablations take away. */
import type { ScaleForm } from '../../src/ngpt/config/scale-options.js';
import { TRAINING_OPTIONS } from '../../src/training/settings/train-settings.js';
import { choice, entry, type SetupOption, type SetupOptions, type Source } from './option.js';
import type { NgptSwitches } from './setup.js';

const { alphaInit, signedAlpha, qkNorm } = TRAINING_OPTIONS;
const ngpt = entry('nGPT', false);

export const NGPT_OPTIONS: SetupOptions<NgptSwitches> = {
  alphaInit: {
    ...ngpt(
      'a0',
      'α at the start',
      'How much of the way to its target each half-block goes at first, in every dimension.',
    ),
    check: alphaInit.check,
    control: { kind: 'number', usual: [0.02, 0.05, 0.1, 0.25, 0.5, 1] },
    default: 0.25,
    source: { file: 'src/ngpt/block.ts', words: 'const rates =' },
  },
  signedAlpha: {
    ...ngpt('sa', 'α below 0', 'Let a half-block also move away from its target.'),
    check: signedAlpha.check,
    control: { kind: 'switch' },
    default: false,
    source: { file: 'src/ngpt/residual.ts', words: 'return signedAlpha ? signed' },
  },
  residual: {
    ...ngpt(
      'res',
      'way of a step',
      'Straight towards the target and back to the sphere, or along the great circle.',
    ),
    ...choice({ lerp: 'straight', slerp: 'great circle' }),
    default: 'lerp',
    source: { file: 'src/ngpt/residual.ts', words: "if (residual === 'slerp')" },
  },
  weightNorm: {
    ...ngpt('wn', 'unit weights', 'When the rows of matrices are made unit vectors again.'),
    ...choice({ step: 'after every step', forward: 'whenever they are used', never: 'only at the start' }),
    default: 'step',
    source: { file: 'src/ngpt/matrices.ts', words: "return weightNorm === 'step'" },
  },
  qkNorm: {
    ...ngpt(
      'qk',
      'unit queries and keys',
      'Make queries and keys unit vectors, so that attention compares directions only.',
    ),
    check: qkNorm.check,
    control: { kind: 'switch' },
    default: true,
    source: { file: 'src/ngpt/attention.ts', words: 'this.config.qkNorm ?' },
  },
  softmaxScale: {
    ...ngpt(
      'sm',
      'sharpness of attention',
      'What a query times a key is multiplied by: the root of the head size, or 1 over it as in GPT.',
    ),
    ...choice({ sqrt: 'root of the head size', rsqrt: '1 over the root' }),
    default: 'sqrt',
    source: { file: 'src/ngpt/attention.ts', words: "this.config.softmaxScale === 'sqrt'" },
  },
  alpha: form('fa', 'α', 'how far a half-block goes', { file: 'src/ngpt/block.ts', words: 'scaleOf(alpha' }),
  sqk: form('fqk', 's_qk', 'how sharply attention compares', {
    file: 'src/ngpt/attention.ts',
    words: 'scaleOf(sqk',
  }),
  suv: form('fuv', 's_u, s_v', 'how strongly the MLP bends', {
    file: 'src/ngpt/mlp.ts',
    words: 'scaleOf(suv',
  }),
  sz: form('fz', 's_z', 'how sure the model can be of a character', {
    file: 'src/ngpt/model.ts',
    words: 'scaleOf(sz',
  }),
};

/** Of one of the four scales. */
function form(key: string, name: string, what: string, source: Source): SetupOption<ScaleForm> {
  return {
    ...ngpt(
      key,
      `form of ${name}`,
      `Whether ${what} is learned for each dimension, as one number, or not at all.`,
    ),
    ...choice({ vector: 'for each dimension', scalar: 'one number', fixed: 'not learned' }),
    default: 'vector',
    source,
  };
}
