/**
 * Random shapes and values from one seed: a property shrinks the seed, not a thousand numbers. What is to be shrunk is
 * drawn from `arbitraries`. Runs in browsers too.
 */
import fc from 'fast-check';
import { Generator, type Shape, sizeOf, type Tensor, tensor } from '../../../src/tensor/index.js';

/** Without the bias to small numbers, which would try the same seeds again and again. */
export const seeds = fc.noBias(fc.integer({ min: 0, max: 2 ** 31 - 1 }));

/** Checks one draw after the other; a failure names the seed, which `FC_SEED` replays. `FC_RUNS` overrides `runs`. */
export function property(check: (draw: TensorDraw) => void, runs = 100): void {
  fc.assert(
    fc.property(seeds, (seed) => check(new TensorDraw(seed))),
    { numRuns: runsAsked() ?? runs },
  );
}

/** The same for a check that has to wait. */
export function asyncProperty(check: (draw: TensorDraw) => Promise<void>, runs = 100): Promise<void> {
  return fc.assert(
    fc.asyncProperty(seeds, (seed) => check(new TensorDraw(seed))),
    { numRuns: runsAsked() ?? runs },
  );
}

function runsAsked(): number | undefined {
  return fc.readConfigureGlobal()?.numRuns;
}

/** Floats where things go wrong: zeros of both signs, huge, tiny, subnormal, infinite, not a number. */
const EDGES = [0, -0, 1, -1, 1e30, -1e30, 3e38, 1e-30, -1e-30, 1e-42, Infinity, -Infinity, Number.NaN];

/** Draws shapes and values from one seed; sizes are small, 0 and 1 included unless a minimum is given. */
export class Draw {
  protected readonly generator: Generator;

  constructor(seed: number) {
    this.generator = new Generator(seed);
  }

  integer(min: number, max: number): number {
    return min + this.generator.integer(max - min + 1);
  }

  pick<T>(...choices: readonly T[]): T {
    return choices[this.generator.integer(choices.length)];
  }

  /** Mostly small sizes; now and then one that fills several vectors and leaves a tail. */
  length(min = 0): number {
    return this.integer(0, 7) === 0 ? this.integer(Math.max(min, 5), 40) : this.integer(min, 4);
  }

  shape(maxRank = 3, min = 0): number[] {
    return Array.from({ length: this.integer(0, maxRank) }, () => this.integer(min, 3));
  }

  /** The same with sizes up to 40. */
  wideShape(maxRank = 3, min = 0): number[] {
    return Array.from({ length: this.integer(0, maxRank) }, () => this.length(min));
  }

  /** A shape that broadcasts to `shape`. */
  broadcastable(shape: Shape): number[] {
    const kept = shape.slice(this.integer(0, shape.length));
    return kept.map((length) => (this.integer(0, 2) === 0 ? 1 : length));
  }

  /** Normal values, or what `value` makes of them. */
  numbers(shape: Shape, value: (x: number) => number = (x) => x): Float64Array {
    return Float64Array.from({ length: sizeOf(shape) }, () => value(this.generator.normal()));
  }

  /** float32 values spread evenly over [−1, 1]. */
  uniform(shape: Shape): Float32Array {
    return Float32Array.from({ length: sizeOf(shape) }, () => 2 * this.generator.uniform() - 1);
  }

  /** Ordinary values with edges strewn in. */
  edgy(shape: Shape): Float64Array {
    return this.numbers(shape, (x) =>
      this.integer(0, 3) === 0 ? this.pick(...EDGES) : x * this.pick(1, 1, 10),
    );
  }

  /** Numbers of which pairs are often an exception: to a power, a quotient, a remainder. */
  exceptional(shape: Shape): Float64Array {
    return this.numbers(shape, () => this.pick(1, -1, 0, -0, 2, 3, -0.5, Infinity, -Infinity, Number.NaN));
  }

  /** What a sine is taken of, up to some thousands of turns and with what has none strewn in. */
  angles(shape: Shape): Float64Array {
    return this.numbers(shape, (x) =>
      this.integer(0, 7) === 0
        ? this.pick(0, -0, Infinity, -Infinity, Number.NaN)
        : x * this.pick(1, 100, 1e4),
    );
  }

  integers(shape: Shape, limit: number, min = 0): Int32Array {
    return Int32Array.from({ length: sizeOf(shape) }, () => this.integer(min, limit - 1));
  }

  axes(rank: number): number[] {
    return Array.from({ length: rank }, (_, axis) => axis).filter(() => this.integer(0, 1) === 1);
  }

  order(rank: number): number[] {
    return [...this.generator.permutation(rank)];
  }
}

/** Draws tensors on the current backend, in its float type. */
export class TensorDraw extends Draw {
  values(shape: Shape, value?: (x: number) => number): Tensor {
    return tensor(this.numbers(shape, value), shape);
  }

  edgyValues(shape: Shape): Tensor {
    return tensor(this.edgy(shape), shape);
  }

  /** At least 0.3 from 0, either sign: for what has a corner or a pole there. */
  awayFromZero(shape: Shape): Tensor {
    return this.values(shape, (x) => x + Math.sign(x) * 0.3);
  }

  positive(shape: Shape): Tensor {
    return this.values(shape, (x) => Math.abs(x) + 0.3);
  }

  /** All different by at least 0.1, in random order: for what has a corner where two are equal. */
  distinct(shape: Shape, offset = 0): Tensor {
    const order = this.generator.permutation(sizeOf(shape));
    return tensor(
      Float64Array.from(order, (i) => 0.1 * i + offset - 1),
      shape,
    );
  }

  indices(shape: Shape, limit: number, min = 0): Tensor {
    return tensor(this.integers(shape, limit, min), shape);
  }
}
