/** Decides whether positions turn queries and keys. Explained in docs/learn/09-attention.md. */
import { Rotary } from '../nn/index.js';
import { requireRotary } from '../nn/layers/checks.js';
import { described } from '../tensor/checks/describe.js';
import { ArgumentError } from '../tensor/index.js';
import { headDim, type ModelConfig } from './config/config.js';

/** What tells queries and keys where they are, one for all blocks; null for a model that is not told. */
export function rotaryOf(config: ModelConfig): Rotary | null {
  const { blockSize, rope, ropeBase } = config;
  return rope === 'none' ? null : new Rotary(blockSize, headDim(config), { base: ropeBase, variant: rope });
}

/** @throws ArgumentError, in the name of the layer, unless it is a Rotary, or null where `rope` is none. */
export function requireRotaryOf(layer: string, { rope }: ModelConfig, rotary: unknown): void {
  if (rope !== 'none') requireRotary(layer, rotary);
  else if (rotary !== null) {
    throw new ArgumentError(`${layer}: with rope none the rotary is null, got ${described(rotary)}`);
  }
}
