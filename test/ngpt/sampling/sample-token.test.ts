import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SamplingOptions, sampleToken } from '../../../src/ngpt/index.js';
import { checkSampling } from '../../../src/ngpt/sampling/sample-token.js';
import { Generator } from '../../../src/tensor/index.js';
import { seeds } from '../../helpers/values/draw.js';

const logitsOf = (size: number) =>
  fc.array(
    fc.oneof(
      fc.double({ min: -20, max: 20, noNaN: true }),
      fc.constantFrom(0, 1e30, Number.NEGATIVE_INFINITY),
    ),
    {
      minLength: size,
      maxLength: size,
    },
  );

/** One to twelve logits, at least one of them finite. */
const someLogits = fc
  .integer({ min: 1, max: 12 })
  .chain(logitsOf)
  .filter((logits) => logits.some(Number.isFinite));

/** The probabilities that the options ask for, by their definition. */
function probabilities(logits: readonly number[], options: SamplingOptions): number[] {
  const { temperature = 1, topK = logits.length, topP = 1 } = options;
  const largest = Math.max(...logits);
  const order = logits.map((_, token) => token).sort((a, b) => logits[b] - logits[a]);
  const weights = logits.map((logit) => Math.exp((logit - largest) / temperature));
  const best = order.slice(0, topK);
  const total = best.reduce((sum, token) => sum + weights[token], 0);
  let reached = 0;
  const kept = best.filter((token) => {
    const isNeeded = reached < topP - 1e-12;
    reached += weights[token] / total;
    return isNeeded;
  });
  const keptTotal = kept.reduce((sum, token) => sum + weights[token], 0);
  return logits.map((_, token) => (kept.includes(token) ? weights[token] / keptTotal : 0));
}

/** Σ (observed − expected)² / expected over 20,000 draws. */
function chiSquare(logits: readonly number[], options: SamplingOptions, seed: number): number {
  const draws = 20_000;
  const generator = new Generator(seed);
  const counts = new Array<number>(logits.length).fill(0);
  for (let i = 0; i < draws; i++) counts[sampleToken(logits, options, generator)]++;
  return probabilities(logits, options).reduce((sum, probability, token) => {
    const expected = probability * draws;
    if (expected === 0) {
      expect(counts[token]).toBe(0);
      return sum;
    }
    return sum + (counts[token] - expected) ** 2 / expected;
  }, 0);
}

describe('sampleToken', () => {
  const logits = [0.3, -1, 2, 1.2, -0.5, 1.9, 0];

  // With at most 6 degrees of freedom 35 is exceeded once in 200,000 tries; the seed is fixed all the same.
  it.each([
    {},
    { temperature: 0.5 },
    { temperature: 3 },
    { topK: 3 },
    { topP: 0.7 },
    { topK: 100, topP: 1 },
    { topK: 4, topP: 0.8, temperature: 2 },
  ])('draws with the probabilities of softmax(logits/temperature), restricted: %j', (options) => {
    expect(chiSquare(logits, options, 11)).toBeLessThan(35);
  });

  it('takes the first of the likeliest at temperature 0, without a random number', () => {
    fc.assert(
      fc.property(someLogits, seeds, (given, seed) => {
        const generator = new Generator(seed);
        expect(sampleToken(given, { temperature: 0 }, generator)).toBe(given.indexOf(Math.max(...given)));
        expect(generator.state()).toEqual(new Generator(seed).state());
      }),
    );
  });

  it('takes a likeliest one with topK 1, and with a tiny topP', () => {
    fc.assert(
      fc.property(someLogits, seeds, fc.constantFrom({ topK: 1 }, { topP: 1e-9 }), (given, seed, options) => {
        const token = sampleToken(given, options, new Generator(seed));
        expect(token).toBe(given.indexOf(Math.max(...given)));
      }),
    );
  });

  it('only draws tokens that the restrictions leave, and never one of probability 0', () => {
    const options = fc.record({
      temperature: fc.constantFrom(1e-3, 0.7, 1, 50),
      topK: fc.integer({ min: 1, max: 15 }),
      topP: fc.constantFrom(0.1, 0.5, 0.9, 1),
    });
    fc.assert(
      fc.property(someLogits, options, seeds, (given, restrictions, seed) => {
        const token = sampleToken(given, restrictions, new Generator(seed));
        expect(Number.isInteger(token) && token >= 0 && token < given.length).toBe(true);
        expect(given[token]).toBeGreaterThan(Number.NEGATIVE_INFINITY);
        const better = given.filter((logit) => logit > given[token]).length;
        expect(better).toBeLessThan(restrictions.topK);
      }),
    );
  });

  it('gives the same token for the same generator', () => {
    fc.assert(
      fc.property(someLogits, seeds, (given, seed) => {
        const [a, b] = [0, 1].map(() => sampleToken(given, {}, new Generator(seed)));
        expect(a).toBe(b);
      }),
    );
  });

  it('does not mind logits shifted by a constant', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(-1024, 4096), (seed, shift) => {
        const given = [1, 2, 0.5, -3];
        const shifted = given.map((logit) => logit + shift);
        expect(sampleToken(shifted, {}, new Generator(seed))).toBe(
          sampleToken(given, {}, new Generator(seed)),
        );
      }),
    );
  });
});

/** Gives one number after the other, at which draws change over. */
class Given extends Generator {
  constructor(private readonly numbers: number[]) {
    super(1);
  }

  override uniform(): number {
    return this.numbers.shift()!;
  }
}

describe('sampleToken of what are no logits', () => {
  it.each([
    ['none', [], 'Array'],
    ['none, typed', new Float32Array(), 'Float32Array'],
    ['a text at the start', ['1', 2], '"1" at [0]'],
    ['a text at the end', [1, 2, '3'], '"3" at [2]'],
    ['whole numbers of 64 bits', BigInt64Array.of(1n), 'BigInt64Array'],
  ])('refuses %s', (_, logits, given) => {
    expect(() => sampleToken(logits as number[], {}, new Generator(1))).toThrow(
      expect.objectContaining({
        name: 'ArgumentError',
        message: `sampleToken: the logits must be a list of numbers, got ${given}`,
      }),
    );
  });
});

describe('sampleToken at its bounds', () => {
  const draw = (logits: number[], options: SamplingOptions, ...numbers: number[]) =>
    numbers.map((number) => sampleToken(logits, options, new Given([number])));

  it('gives each token its share of [0, 1), the lower bound included', () => {
    const just = (bound: number) => bound - 2 ** -53;
    expect(draw([0, 0, 0, 0], {}, 0, just(0.25), 0.25, 0.5, just(0.75), 0.75)).toEqual([0, 0, 1, 2, 2, 3]);
    expect(draw([Number.NEGATIVE_INFINITY, 0], {}, 0, 0.5)).toEqual([1, 1]);
  });

  // A seed gives the same text as before only if they keep their order.
  it('takes tokens in their own order without a restriction, likeliest first with one', () => {
    const logits = [0, Math.log(3), 0];
    for (const none of [{}, { topK: 3 }, { topK: 4 }, { topP: 1 }]) {
      expect(draw(logits, none, 0.1, 0.5, 0.9)).toEqual([0, 1, 2]);
    }
    expect(draw(logits, { topK: 2 }, 0, 0.74, 0.76, 0.99)).toEqual([1, 1, 0, 0]);
    expect(draw(logits, { topP: 0.7 }, 0, 0.74, 0.76, 0.99)).toEqual([1, 1, 0, 0]);
  });

  it('needs no more tokens where some have the wanted probability exactly', () => {
    expect(draw([0, 0, 0, 0], { topP: 0.5 }, 0, 0.49, 0.5, 0.99)).toEqual([0, 0, 1, 1]);
    expect(draw([0, 0, 0, 0], { topP: 0.51 }, 0.99)).toEqual([2]);
    // Of the likeliest two the first has half.
    expect(draw([0, 0, 0, 0], { topP: 0.5, topK: 2 }, 0, 0.99)).toEqual([0, 0]);
  });

  it('gives a token even where a logit is not a number', () => {
    for (const options of [{}, { topK: 1 }, { topP: 0.5 }, { temperature: 0 }]) {
      for (const token of draw([1, Number.NaN, 2], options, 0, 0.5, 0.99)) expect([0, 1, 2]).toContain(token);
      for (const token of draw([Number.NaN, 2], options, 0, 0.5, 0.99)) expect([0, 1]).toContain(token);
    }
  });
});

describe('checkSampling', () => {
  it('takes the edges', () => {
    expect(() => checkSampling({})).not.toThrow();
    expect(() => checkSampling({ temperature: 0, topK: 1, topP: 1 })).not.toThrow();
  });

  it.each([
    [{ temperature: -0.1 }, 'temperature must be a number of at least 0, got -0.1'],
    [{ temperature: Number.NaN }, 'temperature must be a number of at least 0, got NaN'],
    [{ temperature: Number.POSITIVE_INFINITY }, 'temperature must be a number of at least 0, got Infinity'],
    [{ topK: 0 }, 'topK must be a whole number of at least 1, got 0'],
    [{ topK: 1.5 }, 'topK must be a whole number of at least 1, got 1.5'],
    [{ topP: 0 }, 'topP must be above 0 and at most 1, got 0'],
    [{ topP: 1.1 }, 'topP must be above 0 and at most 1, got 1.1'],
    [{ topP: '0.5' as unknown as number }, 'topP must be above 0 and at most 1, got "0.5"'],
    [{ topP: Number.NaN }, 'topP must be above 0 and at most 1, got NaN'],
  ])('refuses %j', (options, message) => {
    const settings = Object.keys(options);
    expect(() => checkSampling(options)).toThrow(
      expect.objectContaining({ name: 'ConfigError', message, settings }),
    );
  });
});
