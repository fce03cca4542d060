/** Tensors of random numbers. They are drawn on the host, so that a seed gives the same ones on every backend. */
import { requireNumber } from '../checks/values.js';
import { filledBy } from '../dtype.js';
import { ConfigError } from '../errors.js';
import { checkShape, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { type TensorOptions, tensor } from './create.js';
import { requireRoom } from './place.js';
import { allOrNothing, type Generator, requireGenerator } from './random.js';

/**
 * Independent whole numbers from `low` to `high` − 1, every one equally likely: int32.
 * @throws ConfigError unless both are whole, high above low, by 2³² at most; DTypeError for what int32 cannot hold.
 * @example randint(new Generator(1), 1, 7, [2, 3]).shape // [2, 3]
 */
export function randint(
  generator: Generator,
  low: number,
  high: number,
  shape: Shape,
  options: TensorOptions = {},
): Tensor {
  requireGenerator('randint', generator);
  requireNumber('randint', 'low', low);
  requireNumber('randint', 'high', high);
  const count = high - low;
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || count < 1 || count > 2 ** 32) {
    throw new ConfigError(
      `randint: wants whole numbers, the upper one above the lower one and excluded, at most 2³² apart, got ${low} and ${high}`,
    );
  }
  checkShape('randint', shape);
  requireRoom('randint', shape, options);
  return allOrNothing(generator, () =>
    tensor(
      filledBy('randint', sizeOf(shape), () => low + generator.integer(count)),
      shape,
      { dtype: 'int32', ...options },
    ),
  );
}

/**
 * 0 … length − 1 in random order, every order equally likely: int32 [length].
 * @throws ShapeError unless length is a whole number of at least 0.
 * @example permutation(new Generator(1), 5).shape // [5]
 */
export function permutation(generator: Generator, length: number, options: TensorOptions = {}): Tensor {
  requireGenerator('permutation', generator);
  checkShape('permutation', [length]);
  requireRoom('permutation', [length], options);
  return allOrNothing(generator, () =>
    tensor(generator.permutation(length), [length], { dtype: 'int32', ...options }),
  );
}

/**
 * Independent values that are 1 with the probability `p`, else 0, of the backend's float type.
 * @throws ConfigError unless p lies from 0 to 1.
 * @example bernoulli(new Generator(1), 1, [2]) // [1, 1]
 */
export function bernoulli(
  generator: Generator,
  p: number,
  shape: Shape,
  options: TensorOptions = {},
): Tensor {
  requireGenerator('bernoulli', generator);
  requireNumber('bernoulli', 'p', p);
  if (!(p >= 0 && p <= 1)) throw new ConfigError(`bernoulli: p must be from 0 to 1, got ${p}`);
  checkShape('bernoulli', shape);
  requireRoom('bernoulli', shape, options);
  return allOrNothing(generator, () =>
    tensor(
      filledBy('bernoulli', sizeOf(shape), () => Number(generator.uniform() < p)),
      shape,
      options,
    ),
  );
}
