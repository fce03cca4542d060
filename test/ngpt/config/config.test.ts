import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockWeights, modelWeights } from '../../../src/ngpt/config/config.js';
import { createModel, headDim, type ModelConfig, modelConfig } from '../../../src/ngpt/index.js';
import { ConfigError, Generator, init } from '../../../src/tensor/index.js';

const SIZES = { vocabSize: 65, blockSize: 64, nLayer: 4, nHead: 4, nEmbd: 128 };

/** The message of the ConfigError, which must be one line. */
function refusal(given: Record<string, unknown>): string {
  try {
    modelConfig({ ...SIZES, ...given } as ModelConfig);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).not.toContain('\n');
    // For the command line, which calls them by other names.
    const { message, settings } = error as ConfigError;
    for (const name of settings) expect(message).toMatch(new RegExp(`\\b${name}\\b`));
    expect(settings).toHaveLength(message.includes('nEmbd') && message.includes('nHead') ? 2 : 1);
    expect(settings).not.toContain('');
    return message;
  }
  return 'no error';
}

describe('modelConfig', () => {
  it('fills in the defaults of the design', () => {
    expect(modelConfig(SIZES)).toEqual({
      ...SIZES,
      arch: 'ngpt',
      dMlp: 4 * 128,
      ...{ alpha: 'vector', alphaInit: 0.05, alphaScale: 1 / Math.sqrt(128) },
      ...{ sqk: 'vector', sqkInit: 1, sqkScale: 1 / Math.sqrt(128) },
      ...{ suv: 'vector', suvInit: 1, suvScale: 1 },
      ...{ sz: 'vector', szInit: 1, szScale: 1 / Math.sqrt(128) },
      signedAlpha: false,
      residual: 'lerp',
      weightNorm: 'step',
      rope: 'rotary',
      ropeBase: 10000,
      qkNorm: true,
      softmaxScale: 'sqrt',
      tieWeights: false,
    });
  });

  it('keeps what is given', () => {
    const given = {
      ...SIZES,
      arch: 'gpt',
      dMlp: 7,
      alpha: 'scalar',
      alphaInit: 0.25,
      alphaScale: 0.5,
      sqk: 'fixed',
      sqkInit: 2,
      sqkScale: 3,
      suv: 'scalar',
      suvInit: 4,
      suvScale: 5,
      sz: 'fixed',
      szInit: 6,
      szScale: 7,
      rope: 'released',
      ropeBase: 500,
      signedAlpha: true,
      residual: 'slerp',
      weightNorm: 'never',
      softmaxScale: 'rsqrt',
    } as const;
    expect(modelConfig({ ...given, qkNorm: false, tieWeights: true })).toEqual({
      ...modelConfig(SIZES),
      ...given,
      qkNorm: false,
      tieWeights: true,
    });
  });

  it('takes every head count and even head size, and gives the head size back', () => {
    const sizes = fc.record({
      nHead: fc.integer({ min: 1, max: 40 }),
      pairs: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(sizes, ({ nHead, pairs }) => {
        const config = modelConfig({ ...SIZES, nHead, nEmbd: nHead * pairs * 2 });
        expect(headDim(config)).toBe(2 * pairs);
      }),
    );
  });

  it('tells how many numbers are in the matrices of a model', async () => {
    await init('reference');
    for (const arch of ['ngpt', 'gpt'] as const) {
      for (const tieWeights of [false, true]) {
        const sizes = { vocabSize: 11, blockSize: 4, nLayer: 3, nHead: 2, nEmbd: 8, dMlp: 5 };
        const model = createModel(modelConfig({ ...sizes, arch, tieWeights }), new Generator(1));
        const matrices = model.namedParameters().filter(([, { rank }]) => rank === 2);
        const count = (part: string) =>
          matrices.reduce((sum, [name, { size }]) => sum + (name.startsWith(part) ? size : 0), 0);
        expect(modelWeights(model.config)).toBe(count(''));
        expect(blockWeights(model.config)).toBe(count('transformer.h.1.'));
        model.dispose();
      }
    }
  });

  it('refuses sizes that are no whole number of at least 1, by name', () => {
    const names = fc.constantFrom('vocabSize', 'blockSize', 'nLayer', 'nHead', 'nEmbd', 'dMlp');
    const wrong = fc.constantFrom(0, -1, -0, 0.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, '4', null);
    fc.assert(
      fc.property(names, wrong, (name, value) => {
        expect(refusal({ [name]: value })).toBe(`${name} must be a whole number of at least 1, got ${value}`);
      }),
    );
  });

  it('refuses an embedding that does not divide into the heads', () => {
    expect(refusal({ nEmbd: 130 })).toBe(
      'nEmbd must be a multiple of nHead: 130 does not divide into 4 heads',
    );
  });

  it('refuses an odd head size', () => {
    expect(refusal({ nEmbd: 12 })).toBe(
      'the head size nEmbd/nHead must be even for rotary embedding, got 12/4 = 3',
    );
  });

  it('takes it where nothing turns: with rope none', () => {
    for (const [nEmbd, nHead] of [
      [3, 1],
      [12, 4],
      [7, 7],
    ] as const) {
      expect(headDim(modelConfig({ ...SIZES, nEmbd, nHead, rope: 'none' }))).toBe(nEmbd / nHead);
    }
    expect(refusal({ nEmbd: 3, nHead: 2, rope: 'none' })).toMatch(/^nEmbd must be a multiple of nHead/);
    expect(refusal({ nEmbd: 3, nHead: 1, rope: 'released' })).toMatch(/^the head size .* got 3\/1 = 3$/);
  });

  it('refuses rates and bases that are not positive numbers', () => {
    const scales = ['alpha', 'sqk', 'suv', 'sz'].flatMap((name) => [`${name}Init`, `${name}Scale`]);
    for (const name of [...scales, 'ropeBase']) {
      for (const value of [0, -0.05, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(refusal({ [name]: value })).toBe(`${name} must be a positive number, got ${value}`);
      }
    }
  });

  it('refuses words that are none of an option', () => {
    expect(refusal({ arch: 'llama' })).toBe('arch must be ngpt or gpt, got llama');
    expect(refusal({ rope: 'alibi' })).toBe('rope must be rotary, released or none, got alibi');
    for (const name of ['alpha', 'sqk', 'suv', 'sz']) {
      expect(refusal({ [name]: 'matrix' })).toBe(`${name} must be vector, scalar or fixed, got matrix`);
    }
    expect(refusal({ residual: 'sum' })).toBe('residual must be lerp or slerp, got sum');
    expect(refusal({ weightNorm: true })).toBe('weightNorm must be step, forward or never, got true');
    expect(refusal({ softmaxScale: 8 })).toBe('softmaxScale must be sqrt or rsqrt, got 8');
  });

  it('refuses switches that are neither on nor off', () => {
    for (const value of [0, 1, null, 'true', undefined]) {
      expect(refusal({ qkNorm: value })).toBe(`qkNorm must be true or false, got ${value}`);
      expect(refusal({ signedAlpha: value })).toBe(`signedAlpha must be true or false, got ${value}`);
      expect(refusal({ tieWeights: value })).toBe(`tieWeights must be true or false, got ${value}`);
    }
  });
});
