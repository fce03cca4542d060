import fc from 'fast-check';
import { describe, it } from 'vitest';
import { gradcheck } from '../../src/autograd/index.js';
import {
  CausalSelfAttention,
  crossEntropy,
  Embedding,
  LayerNorm,
  Linear,
  type Module,
  type Parameter,
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

/** Σ wᵢ yᵢ with weights that are all different. */
function weightedSum(y: Tensor): Tensor {
  const weights = Float64Array.from({ length: y.size }, (_, i) => 1 + Math.sin(i + 1));
  return y.mul(tensor(weights, y.shape)).sum();
}

/** d f / d parameter by the five-point formula, moving the parameter in place. */
function differences(f: () => Tensor, parameter: Parameter): number[] {
  const values = [...parameter.dataSync()];
  const valueAt = (element: number, moved: number): number =>
    scope(() => {
      assignInPlace(parameter, tensor(values.with(element, moved), parameter.shape));
      return f().itemSync();
    });
  const step = 1e-3;
  const slopes = values.map((x, element) => {
    const near = valueAt(element, x + step) - valueAt(element, x - step);
    const far = valueAt(element, x + 2 * step) - valueAt(element, x - 2 * step);
    return (8 * near - far) / (12 * step);
  });
  assignInPlace(parameter, tensor(values, parameter.shape));
  return slopes;
}

/** Compares `.grad` of every parameter after a backward pass with differences. */
function checkParameters(module: Module, f: () => Tensor): void {
  module.zeroGrad();
  scope(() => f().backward());
  for (const [name, parameter] of module.namedParameters()) {
    const numeric = differences(f, parameter);
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
