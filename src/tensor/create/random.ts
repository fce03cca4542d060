/** The source of all random numbers, and the state it goes on from. */
import { described, shown } from '../checks/describe.js';
import { type Failure, requireWhole } from '../checks/values.js';
import { hostArray } from '../dtype.js';
import { ArgumentError, ConfigError } from '../errors.js';

/** Everything a generator needs to go on where it was, as plain numbers for a checkpoint. */
export interface GeneratorState {
  readonly words: readonly [number, number, number, number];
  /** The second normal value of the last pair, if it has not been used. */
  readonly spareNormal: number | null;
}

/**
 * The one source of randomness: xoshiro128** (Blackman and Vigna 2018), 128 bits of state, period 2¹²⁸ − 1.
 * It runs on the host, so that the same seed gives the same numbers on every backend.
 * @example
 * new Generator(1).uniform() === new Generator(1).uniform() // true
 * new Generator(1).integer(6) < 6 // true
 */
export class Generator {
  private readonly words = new Uint32Array(4);
  private spareNormal: number | null = null;

  /** @throws ConfigError unless `seed` is a whole number in [0, 2⁵³). */
  constructor(seed: number) {
    const failure: Failure = (message) => new ConfigError(`Generator: ${message}`, { settings: ['seed'] });
    requireWhole('seed', seed, 0, { failure });
    // SplitMix32 spreads the seed over the state: neighbouring seeds give unrelated streams, and never all zeros.
    let state = (seed ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1)) >>> 0;
    for (let i = 0; i < 4; i++) {
      state = (state + 0x9e3779b9) >>> 0;
      let mixed = state ^ (state >>> 16);
      mixed = Math.imul(mixed, 0x21f0aaad);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 0x735a2d97);
      this.words[i] = mixed ^ (mixed >>> 15);
    }
  }

  /** A generator that goes on where another one was when it gave its `state`. @throws ArgumentError for what is none. */
  static fromState(state: GeneratorState): Generator {
    requireState(state);
    const generator = new Generator(0);
    generator.words.set(state.words);
    generator.spareNormal = state.spareNormal;
    return generator;
  }

  /** Where it stands, to go on from there. */
  state(): GeneratorState {
    const [a, b, c, d] = this.words;
    return { words: [a, b, c, d], spareNormal: this.spareNormal };
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const words = this.words;
    const result = Math.imul(rotateLeft(Math.imul(words[1], 5), 7), 9) >>> 0;
    const shifted = words[1] << 9;
    words[2] ^= words[0];
    words[3] ^= words[1];
    words[1] ^= words[2];
    words[0] ^= words[3];
    words[2] ^= shifted;
    words[3] = rotateLeft(words[3], 11);
    return result;
  }

  /** Uniform in [0, 1), with 53 random bits. */
  uniform(): number {
    const high = this.bits();
    return unitInterval(high, this.bits());
  }

  /** Normal with mean 0 and standard deviation 1 (Marsaglia's polar method: no sine or cosine needed). */
  normal(): number {
    if (this.spareNormal !== null) {
      const value = this.spareNormal;
      this.spareNormal = null;
      return value;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.spareNormal = y * factor;
      return x * factor;
    }
  }

  /**
   * What `length` calls of `normal` would give, in order. A model begins with millions: with the state in local variables
   * a fifth of the time is enough.
   * @throws ConfigError unless `length` is a whole number of at least 0, BackendError where there is no room for so many.
   */
  normals(length: number): Float64Array<ArrayBuffer> {
    requireWhole('normals: length', length, 0);
    const values = hostArray('normals', length);
    let i = 0;
    if (length > 0 && this.spareNormal !== null) values[i++] = this.normal();
    let [a, b, c, d] = this.words;
    const drawn = new Uint32Array(4);
    while (i < length) {
      for (let k = 0; k < 4; k++) {
        // As in `bits`.
        drawn[k] = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9);
        const shifted = b << 9;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        d = rotateLeft(d, 11);
      }
      const x = 2 * unitInterval(drawn[0], drawn[1]) - 1;
      const y = 2 * unitInterval(drawn[2], drawn[3]) - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      values[i++] = x * factor;
      if (i < length) values[i++] = y * factor;
      else this.spareNormal = y * factor;
    }
    this.words.set([a, b, c, d]);
    return values;
  }

  /** A whole number in [0, limit), every one equally likely. @throws ConfigError unless 1 ≤ limit ≤ 2³². */
  integer(limit: number): number {
    if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 32) {
      throw new ConfigError(`integer: limit must be a whole number from 1 to 2^32, got ${shown(limit)}`);
    }
    // Values above the last full multiple of `limit` would favour small results: draw again.
    const unbiased = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      const value = this.bits();
      if (value < unbiased) return value % limit;
    }
  }

  /**
   * The numbers 0 … length−1 in random order (Fisher and Yates).
   * @throws ConfigError unless `length` is a whole number from 0 to 2³¹.
   */
  permutation(length: number): Int32Array {
    requireWhole('permutation: length', length, 0, { most: 2 ** 31 - 1 });
    const order = Int32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}

/** @throws ArgumentError unless it is what `state` gave, which may have gone through JSON. */
function requireState(state: GeneratorState): void {
  const words: unknown = state?.words;
  const spare: unknown = state?.spareNormal;
  const areWords = Array.isArray(words) && words.length === 4 && words.every(Number.isInteger);
  if (areWords && (spare === null || typeof spare === 'number')) return;
  throw new ArgumentError(
    `Generator.fromState: wants { words: four whole numbers, spareNormal: a number or null }, got ${described(state)}`,
  );
}

/** 53 of the bits of two words, as a fraction. */
function unitInterval(high: number, low: number): number {
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Runs `f`, which draws; where it throws, the generator stands where it stood before. */
export function allOrNothing<T>(generator: Generator, f: () => T): T {
  const { words, spareNormal } = generator.state();
  try {
    return f();
  } catch (error) {
    // biome-ignore lint/complexity/useLiteralKeys: private, and nobody else's to set back
    generator['words'].set(words);
    // biome-ignore lint/complexity/useLiteralKeys: the same
    generator['spareNormal'] = spareNormal;
    throw error;
  }
}

/** @throws ArgumentError unless it is one. */
export function requireGenerator(op: string, generator: unknown): void {
  if (generator instanceof Generator) return;
  throw new ArgumentError(
    `${op}: wants a Generator, got ${described(generator)}; new Generator(seed) makes one`,
  );
}
