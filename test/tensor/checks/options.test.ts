import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Adam,
  AdamW,
  ArgumentError,
  arange,
  ConfigError,
  cosineSchedule,
  createBackend,
  createOptimizer,
  crossEntropy,
  Embedding,
  Generator,
  GPT,
  grad,
  gradcheck,
  init,
  initialise,
  LayerNorm,
  Linear,
  linearSchedule,
  logarithmicSchedule,
  modelConfig,
  mseLoss,
  NormalizedAdam,
  normal,
  Parameter,
  RMSNorm,
  RMSProp,
  Rotary,
  SGD,
  SwiGLUMLP,
  type Tensor,
  tensor,
  uniform,
  vmap,
  withBackend,
  zeros,
} from '../../../src/index.js';
import { requireKnown } from '../../../src/tensor/checks/options.js';
import { reference64 } from '../../helpers/kernels/backends.js';

const config = { vocabSize: 3, blockSize: 4, nLayer: 1, nHead: 1, nEmbd: 2 };
const g = () => new Generator(1);
const parameters = () => [new Parameter(tensor([1]))];

/** What takes options, called with more of them than its own. */
const TAKERS: Record<string, (more: object) => unknown> = {
  tensor: (more) => tensor([1], [1], more),
  zeros: (more) => zeros([1], more),
  arange: (more) => arange(2, more),
  normal: (more) => normal(g(), [1], more),
  uniform: (more) => uniform(g(), [1], more),
  gelu: (more) => tensor([1]).gelu(more),
  matmul: (more) => tensor([[1]]).matmul(tensor([[1]]), more),
  var: (more) => tensor([1, 2]).var(0, more),
  backward: (more) => tensor([1]).setRequiresGrad().backward(undefined, more),
  grad: (more) => grad((x: Tensor) => x, more),
  vmap: (more) => vmap((x: Tensor) => x, more),
  gradcheck: (more) => gradcheck((x: Tensor) => x, [tensor([1])], more),
  crossEntropy: (more) => crossEntropy(tensor([[1]]), tensor(Int32Array.of(0)), more),
  mseLoss: (more) => mseLoss(tensor([1]), tensor([1]), more),
  Linear: (more) => new Linear(1, 1, g(), more),
  Embedding: (more) => new Embedding(1, 1, g(), more),
  LayerNorm: (more) => new LayerNorm(1, more),
  RMSNorm: (more) => new RMSNorm(1, more),
  Rotary: (more) => new Rotary(1, 2, more),
  SwiGLUMLP: (more) => new SwiGLUMLP(1, 1, g(), more),
  Parameter: (more) => new Parameter(tensor([1]), more),
  Adam: (more) => new Adam(parameters(), { learningRate: 1, ...more }),
  AdamW: (more) => new AdamW(parameters(), { learningRate: 1, ...more }),
  SGD: (more) => new SGD(parameters(), { learningRate: 1, ...more }),
  RMSProp: (more) => new RMSProp(parameters(), { learningRate: 1, ...more }),
  NormalizedAdam: (more) => new NormalizedAdam(parameters(), { learningRate: 1, ...more }),
  'a group': (more) => new SGD([{ parameters: parameters(), ...more }], { learningRate: 1 }),
  step: (more) => new SGD(parameters(), { learningRate: 1 }).step(more),
  createOptimizer: (more) =>
    createOptimizer(new GPT(modelConfig({ ...config, arch: 'gpt' }), g()), { learningRate: 1, ...more }),
  modelConfig: (more) => modelConfig({ ...config, ...more }),
  loadStateDict: (more) => new RMSNorm(1).loadStateDict(new Map(), { strict: false, ...more }),
  cosineSchedule: (more) => cosineSchedule({ learningRate: 1, totalSteps: 1, ...more }),
  linearSchedule: (more) => linearSchedule({ learningRate: 1, totalSteps: 1, ...more }),
  logarithmicSchedule: (more) => logarithmicSchedule({ learningRate: 1, totalSteps: 1, ...more }),
  'initialise.normal': (more) => initialise.normal(more),
  'initialise.uniform': (more) => initialise.uniform(more),
  'initialise.kaimingNormal': (more) => initialise.kaimingNormal(more),
  'initialise.xavierUniform': (more) => initialise.xavierUniform(more),
};

describe('unknown options', () => {
  it.each(Object.keys(TAKERS))('%s refuses them by name, and takes none', (name) => {
    withBackend(reference64, () => {
      TAKERS[name]({});
      expect(() => TAKERS[name]({ speling: 1 })).toThrow(ConfigError);
      expect(() => TAKERS[name]({ speling: undefined })).toThrow(
        /there is no option "speling".*; it takes \w+/,
      );
    });
  });

  it('are told from what they may mean', async () => {
    withBackend(reference64, () => {
      const adam = (options: object) => () => new Adam(parameters(), { learningRate: 1, ...options });
      expect(adam({ weight_decay: 1 })).toThrow(
        'Adam: there is no option "weight_decay", did you mean weightDecay?; it takes learningRate, weightDecay, beta1, beta2, epsilon, gate',
      );
      expect(adam({ betas: [0, 1] })).toThrow(/"betas", did you mean beta1\?/);
      expect(adam({ lr: 1 })).toThrow(/"lr"; it takes learningRate/);
      expect(() => modelConfig({ ...config, architecture: 'gpt' } as never)).toThrow(
        /no option "architecture"; it takes arch/,
      );
    });
    await expect(createBackend('reference', { dtyp: 'float64' } as never)).rejects.toThrow(
      `init('reference'): there is no option "dtyp", did you mean dtype?`,
    );
    await expect(init('toString' as never)).rejects.toThrow(/^unknown backend 'toString'/);
  });

  it('are those, and only those, that are not in the list', () => {
    const names = { alpha: true, beta: true } as const;
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(fc.constantFrom('alpha', 'beta'), fc.string()), fc.anything()),
        (options) => {
          const unknown = Object.keys(options).filter((name) => name !== 'alpha' && name !== 'beta');
          const check = () => requireKnown<object>('it', options, names);
          if (unknown.length === 0) expect(check()).toBeUndefined();
          else expect(check).toThrow(ConfigError);
        },
      ),
    );
    for (const none of [null, 3, 'x', true, Symbol('x'), [], () => {}]) {
      expect(() => requireKnown('it', none as object, names)).toThrow(ArgumentError);
    }
  });
});
