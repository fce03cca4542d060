import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, createBackend, Generator, normal, uniform } from '../../../src/index.js';
import { expectClose } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

const everySeed = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe('Generator', () => {
  it('is xoshiro128**: from the state 1, 2, 3, 4 it gives the numbers of the published code', () => {
    const generator = Generator.fromState({ words: [1, 2, 3, 4], spareNormal: null });
    // Worked out with BigInt from the published recurrence, below.
    const wanted = published([1n, 2n, 3n, 4n], 8);
    expect(Array.from({ length: 8 }, () => generator.bits())).toEqual(wanted);
    expect(wanted.slice(0, 2)).toEqual([11520, 0]);
  });

  it('repeats itself from the same seed, and differs between seeds', () => {
    fc.assert(
      fc.property(everySeed, everySeed, (a, b) => {
        const first = (seed: number) =>
          Array.from(
            { length: 4 },
            (
              (g) => () =>
                g.bits()
            )(new Generator(seed)),
          );
        expect(first(a)).toEqual(first(a));
        if (a !== b) expect(first(a)).not.toEqual(first(b));
      }),
    );
  });

  it('goes on from a saved state, between the two normals of a pair too', () => {
    fc.assert(
      fc.property(everySeed, fc.integer({ min: 0, max: 9 }), (seed, used) => {
        const generator = new Generator(seed);
        for (let i = 0; i < used; i++) generator.normal();
        const copy = Generator.fromState(JSON.parse(JSON.stringify(generator.state())));
        for (let i = 0; i < 5; i++) expect(copy.normal()).toBe(generator.normal());
        expect(copy.uniform()).toBe(generator.uniform());
      }),
    );
  });

  it('draws many normals as it draws them one by one, and goes on alike', () => {
    fc.assert(
      fc.property(everySeed, fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 5 }), (seed, lengths) => {
        const [many, single] = [new Generator(seed), new Generator(seed)];
        for (const length of lengths) {
          expect([...many.normals(length)]).toEqual(Array.from({ length }, () => single.normal()));
          expect(many.state()).toEqual(single.state());
          expect(many.uniform()).toBe(single.uniform());
        }
      }),
    );
  });

  it('draws whole numbers evenly', () => {
    const generator = new Generator(7);
    const counts = new Array(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[generator.integer(10)]++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(27.9); // one in a thousand for 9 degrees of freedom
  });

  it('draws uniforms in [0, 1) with mean ½, and normals with mean 0 and variance 1', () => {
    const generator = new Generator(11);
    const uniforms = Array.from({ length: 100_000 }, () => generator.uniform());
    expect(Math.min(...uniforms)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniforms)).toBeLessThan(1);
    expectClose(mean(uniforms), 0.5, absolute(0.005));
    const normals = Array.from({ length: 100_000 }, () => generator.normal());
    expectClose(mean(normals), 0, absolute(0.05));
    expectClose(mean(normals.map((x) => x * x)), 1, absolute(0.05));
    expectClose(mean(normals.map((x) => x ** 4)), 3, absolute(0.5));
  });

  it('permutes', () => {
    fc.assert(
      fc.property(everySeed, fc.integer({ min: 0, max: 50 }), (seed, length) => {
        const order = new Generator(seed).permutation(length);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
      }),
    );
  });

  it('refuses seeds and limits that are none', () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => new Generator(seed)).toThrow(ConfigError);
    const generator = new Generator(0);
    for (const limit of [0, -1, 1.5, Number.NaN, 2 ** 33])
      expect(() => generator.integer(limit)).toThrow(ConfigError);
    expect(generator.integer(1)).toBe(0);
  });

  it('gives the same tensors on every backend', async () => {
    const backends = [await createBackend('reference'), await createBackend('wasm')];
    const make = (backend: (typeof backends)[number]) => {
      const generator = new Generator(5);
      return [
        normal(generator, [3, 5], { backend, std: 2 }),
        uniform(generator, [7], { backend, low: -1 }),
      ].map((x) => Array.from(x.dataSync()));
    };
    expect(make(backends[0])).toEqual(make(backends[1]));
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** xoshiro128** as Blackman and Vigna publish it, on 32-bit BigInts. */
function published(state: bigint[], count: number): number[] {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, by: bigint) => ((x << by) | (x >> (32n - by))) & mask;
  const s = [...state];
  return Array.from({ length: count }, () => {
    const result = (rotate((s[1] * 5n) & mask, 7n) * 9n) & mask;
    const t = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11n);
    return Number(result);
  });
}
