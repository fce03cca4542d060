/**
 * The matrices of nGPT, all made of unit vectors along the embedding dimension, and when they are made so (paper 2.6):
 * after every step, by the optimizer, which finds them by their unit axis; or in every forward pass, here, where the
 * gradient of what stays as long as it likes has no part along itself; or only at first.
 * Explained in docs/learn/10-ngpt.md.
 */
import { Embedding, initialise, Linear, Parameter } from '../nn/index.js';
import { type Generator, type Tensor, unit } from '../tensor/index.js';
import type { ModelConfig } from './config/config.js';

/** A matrix [out, d] that reads hidden states: each row is a unit vector, so each product is a cosine. */
export function unitMatrix(config: ModelConfig, outputs: number, generator: Generator): Linear {
  return linear(config, [outputs, config.nEmbd], 1, 1 / Math.sqrt(config.nEmbd), generator);
}

/** A matrix [d, in] that writes hidden states: each column is a unit vector, a direction to move h in. */
export function projectionMatrix(config: ModelConfig, inputs: number, generator: Generator): Linear {
  const std = 1 / Math.sqrt(2 * config.nLayer * config.nEmbd);
  return linear(config, [config.nEmbd, inputs], 0, std, generator);
}

/** A table [V, d] of token embeddings: each row is a point on the sphere. */
export function unitEmbedding(config: ModelConfig, generator: Generator): Embedding {
  const { vocabSize, nEmbd, weightNorm } = config;
  const options = { unitAxis: keptAxis(config, 1), initialiser: unitVectors(1, 1 / Math.sqrt(nEmbd)) };
  const Table = weightNorm === 'forward' ? NormalizedEmbedding : Embedding;
  return new Table(vocabSize, nEmbd, generator, options);
}

/** The matrix [V, d] that hidden states are compared with: each row is a unit vector. */
export function unitHead(config: ModelConfig, generator: Generator): Parameter {
  const { vocabSize, nEmbd } = config;
  const make = unitVectors(1, 1 / Math.sqrt(nEmbd));
  return Parameter.from(() => make([vocabSize, nEmbd], generator), { unitAxis: keptAxis(config, 1) });
}

/** The head as products see it. */
export function headInUse({ weightNorm }: ModelConfig, head: Tensor): Tensor {
  return weightNorm === 'forward' ? unit(head) : head;
}

type Axis = 0 | 1;

/** The axis of vectors that are unit between two steps, too. */
function keptAxis({ weightNorm }: ModelConfig, axis: Axis): Axis | null {
  return weightNorm === 'step' ? axis : null;
}

function unitVectors(axis: Axis, std: number): initialise.Initialiser {
  return initialise.unitVectors(axis, initialise.normal({ std }));
}

function linear(
  config: ModelConfig,
  [outputs, inputs]: readonly [number, number],
  axis: Axis,
  std: number,
  generator: Generator,
): Linear {
  const options = { unitAxis: keptAxis(config, axis), initialiser: unitVectors(axis, std) };
  if (config.weightNorm !== 'forward') return new Linear(inputs, outputs, generator, options);
  return new NormalizedLinear(axis, inputs, outputs, generator, options);
}

/** Linear, by a matrix that is made unit in every pass. */
class NormalizedLinear extends Linear {
  constructor(
    private readonly axis: Axis,
    ...rest: ConstructorParameters<typeof Linear>
  ) {
    super(...rest);
  }

  override forward(x: Tensor): Tensor {
    return x.matmul(unit(this.weight, this.axis), { transposeB: true });
  }
}

/** Embedding, of rows that are made unit in every pass. */
class NormalizedEmbedding extends Embedding {
  override forward(indices: Tensor): Tensor {
    return unit(super.forward(indices));
  }
}
