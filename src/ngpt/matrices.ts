import { initialise, Linear } from '../nn/index.js';
import type { Generator } from '../tensor/index.js';
import type { ModelConfig } from './config.js';

/** A matrix [out, d] that reads hidden states: each row is a unit vector, so each product is a cosine. */
export function unitMatrix(config: ModelConfig, outputs: number, generator: Generator): Linear {
  const std = 1 / Math.sqrt(config.nEmbd);
  const initialiser = initialise.unitVectors(1, initialise.normal({ std }));
  return new Linear(config.nEmbd, outputs, generator, { unitAxis: 1, initialiser });
}

/** A matrix [d, in] that writes hidden states: each column is a unit vector, a direction to move h in. */
export function projectionMatrix(config: ModelConfig, inputs: number, generator: Generator): Linear {
  const std = 1 / Math.sqrt(2 * config.nLayer * config.nEmbd);
  const initialiser = initialise.unitVectors(0, initialise.normal({ std }));
  return new Linear(inputs, config.nEmbd, generator, { unitAxis: 0, initialiser });
}
