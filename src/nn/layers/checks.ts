/** What layers ask of their arguments before they compute or draw anything. */
import { described } from '../../tensor/checks/describe.js';
import { requireFloats, requireFunction, requireWhole } from '../../tensor/checks/values.js';
import { allOrNothing, requireGenerator } from '../../tensor/create/random.js';
import {
  ArgumentError,
  formatShape,
  type Generator,
  type Shape,
  ShapeError,
  scope,
  type Tensor,
} from '../../tensor/index.js';
import { checkShape, normalizeAxis } from '../../tensor/shape.js';
import type { Initialiser } from '../initialisers.js';
import { Parameter, type ParameterOptions } from '../parameter.js';
import { LayerCache } from './key-value-cache.js';
import { Rotary } from './rotary.js';

/** @throws ShapeError, in the name of the layer, unless the last axis has `size`; ArgumentError or DTypeError for no floats. */
export function requireLast(layer: string, x: Tensor, size: number): void {
  requireFloats(layer, x);
  if (x.shape[x.rank - 1] === size) return;
  throw new ShapeError(`${layer}: the last axis must have ${size} elements, got ${formatShape(x.shape)}`);
}

/** @throws ShapeError, in the name of the layer, unless x is [B, T, size]; ArgumentError or DTypeError for no floats. */
export function requireStates(layer: string, x: Tensor, size: number): void {
  requireFloats(layer, x);
  if (x.rank === 3 && x.shape[2] === size) return;
  throw new ShapeError(`${layer}: wants [B, T, ${size}], got ${formatShape(x.shape)}`);
}

/** `requireSizes('Linear', { outputs })`. @throws ShapeError, in the name of the layer, for the first that is below `least`. */
export function requireSizes(layer: string, sizes: Readonly<Record<string, number>>, least = 1): void {
  const failure = (message: string) => new ShapeError(`${layer}: ${message}`);
  for (const [name, size] of Object.entries(sizes)) requireWhole(name, size, least, { failure });
}

/** @throws ArgumentError, in the name of the layer, for one that is given and no function. */
export function requireInitialiser(layer: string, initialiser: Initialiser | undefined): void {
  if (initialiser !== undefined) requireFunction(layer, 'an initialiser', initialiser);
}

/** @throws ArgumentError, in the name of the layer, unless it is null or one layer of a cache. */
export function requireLayerCache(layer: string, cache: unknown): void {
  if (cache === null || cache instanceof LayerCache) return;
  throw new ArgumentError(`${layer}: a cache is a LayerCache or null, got ${described(cache)}`);
}

/** @throws ArgumentError, in the name of the layer, unless it is one. */
export function requireRotary(layer: string, rotary: unknown): void {
  if (rotary instanceof Rotary) return;
  throw new ArgumentError(`${layer}: rotary is a Rotary, got ${described(rotary)}`);
}

/**
 * A matrix [out, in] by an initialiser. Everything is checked before a number is drawn.
 * @throws ArgumentError, ShapeError in the name of the layer.
 */
export function makeWeight(
  layer: string,
  shape: Shape,
  generator: Generator,
  initialiser: Initialiser,
  unitAxis: ParameterOptions['unitAxis'] = null,
): Parameter {
  requireGenerator(layer, generator);
  checkShape(layer, shape);
  requireInitialiser(layer, initialiser);
  if (unitAxis !== null) normalizeAxis(`${layer}: unitAxis`, unitAxis, shape.length);
  // What an initialiser returns is known only once it has drawn.
  return allOrNothing(generator, () =>
    scope(() => new Parameter(initialiser(shape, generator), { unitAxis })),
  );
}
