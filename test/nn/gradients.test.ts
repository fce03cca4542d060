import fc from 'fast-check';
import { describe, it } from 'vitest';
import { weightedSum } from '../../src/autograd/gradcheck.js';
import { gradcheck } from '../../src/autograd/index.js';
import {
  CausalSelfAttention,
  crossEntropy,
  Embedding,
  LayerNorm,
  Linear,
  type Module,
  RMSNorm,
  Rotary,
  SwiGLUMLP,
} from '../../src/nn/index.js';
import {
  assignInPlace,
  Generator,
  normal,
  scope,
  type Tensor,
  tensor,
  withBackend,
} from '../../src/tensor/index.js';
import { reference64 } from '../helpers/kernels/backends.js';
import { differenceAt } from '../helpers/models/parameters.js';
import { expectClose, expectFinite } from '../helpers/values/close.js';
import { ofLargest } from '../helpers/values/tolerance.js';

interface Layer extends Module {
  forward(x: Tensor): Tensor;
}

type Build = (width: number, generator: Generator) => Layer;

const layers: readonly (readonly [name: string, build: Build])[] = [
  ['Linear', (width, generator) => new Linear(width, 3, generator)],
  ['Linear with bias', (width, generator) => new Linear(width, 3, generator, { bias: true })],
  ['RMSNorm', (width) => new RMSNorm(width)],
  ['LayerNorm', (width) => new LayerNorm(width)],
  ['SwiGLUMLP', (width, generator) => new SwiGLUMLP(width, 3, generator)],
  ['CausalSelfAttention', (width, generator) => new CausalSelfAttention(width, 1, generator, { scale: 1.5 })],
  [
    'CausalSelfAttention with Rotary',
    (width, generator) => new CausalSelfAttention(width, 2, generator, { rotary: new Rotary(3, width / 2) }),
  ],
  [
    'CausalSelfAttention with the released Rotary',
    (width, generator) =>
      new CausalSelfAttention(width, 2, generator, {
        rotary: new Rotary(3, width / 2, { variant: 'released' }),
      }),
  ],
];

/**
 * Moves every parameter off its first value: at constants many a wrong derivative is right. Not far, or a softmax
 * becomes so steep that differences lose digits.
 */
function scatter(module: Module, generator: Generator): void {
  for (const parameter of module.parameters()) {
    assignInPlace(parameter, normal(generator, parameter.shape, { std: 0.5 }));
  }
}

/** Compares `.grad` of every parameter after a backward pass with differences. */
function checkParameters(module: Module, f: () => Tensor): void {
  module.zeroGrad();
  scope(() => f().backward());
  for (const [name, parameter] of module.namedParameters()) {
    const value = () => scope(() => f().itemSync());
    const numeric = Array.from(parameter.dataSync(), (_, at) => differenceAt(value, parameter, at, 1e-3));
    expectFinite(numeric);
    expectClose(parameter.grad!, numeric, ofLargest(1e-7, 1), name);
  }
}

describe('derivatives in float64', () => {
  it.each(layers)('%s: input and parameters', (_, build) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 }), fc.nat(1000), (batch, seed) => {
        withBackend(reference64, () =>
          scope(() => {
            const generator = new Generator(seed);
            const layer = build(4, generator);
            scatter(layer, generator);
            const x = normal(generator, [batch, 3, 4]);
            gradcheck((input) => layer.forward(input), [x], { tolerance: 1e-7 });
            checkParameters(layer, () => weightedSum(layer.forward(x)));
            layer.dispose();
          }),
        );
      }),
      { numRuns: 6 },
    );
  });

  it('Embedding: rows used twice, once and never', () => {
    withBackend(reference64, () =>
      scope(() => {
        const layer = new Embedding(4, 3, new Generator(0));
        const tokens = tensor(Int32Array.of(2, 0, 2), [1, 3]);
        checkParameters(layer, () => weightedSum(layer.forward(tokens).square()));
        layer.dispose();
      }),
    );
  });

  it('crossEntropy: mean over the targets that count', () => {
    withBackend(reference64, () =>
      scope(() => {
        const logits = normal(new Generator(1), [2, 3, 5]);
        const targets = tensor(Int32Array.of(0, 4, -1, 2, -1, 3), [2, 3]);
        for (const reduction of ['mean', 'sum', 'none'] as const) {
          gradcheck((x) => crossEntropy(x, targets, { reduction }), [logits], { tolerance: 1e-7 });
        }
      }),
    );
  });
});
