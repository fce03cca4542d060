import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noGrad } from '../../../src/autograd/index.js';
import {
  createModel,
  type GenerateOptions,
  generate,
  type LanguageModel,
  windowStart,
} from '../../../src/ngpt/index.js';
import { Generator, init, liveBuffers, scope, tensor } from '../../../src/tensor/index.js';
import { MODEL_BACKENDS, scatterScales, tinyConfig } from '../../helpers/models/models.js';

const PROMPT = [3, 1, 4];

describe.each(MODEL_BACKENDS)('generate on %s', (backend, options) => {
  let model: LanguageModel;

  beforeAll(async () => {
    await init(backend, options);
    const generator = new Generator(1);
    model = createModel(tinyConfig({ alphaInit: 0.3 }), generator);
    scatterScales(model, generator);
    // Larger logits, so that tokens differ in how likely they are.
    model.loadStateDict(await sharper(model));
  });

  afterAll(() => model.dispose());

  const draw = (given: Partial<GenerateOptions> = {}, seed = 7, prompt: readonly number[] = PROMPT) =>
    generate(model, prompt, { maxNewTokens: 20, generator: new Generator(seed), ...given });

  /** The logits of what follows `tokens`, from the whole forward pass. */
  const nextLogits = (tokens: readonly number[]) =>
    scope(() =>
      noGrad(() => {
        const logits = model.forward(tensor(Int32Array.from(tokens), [1, tokens.length]));
        return Array.from(logits.dataSync()).slice(-11);
      }),
    );

  it('returns the new tokens only, as many as asked for', async () => {
    for (const maxNewTokens of [0, 1, 9]) {
      const tokens = await draw({ maxNewTokens });
      expect(tokens).toHaveLength(maxNewTokens);
      expect(tokens.every((token) => Number.isInteger(token) && token >= 0 && token < 11)).toBe(true);
    }
  });

  it('gives the same text for the same seed, and another for another', async () => {
    const text = await draw();
    expect(await draw()).toEqual(text);
    expect(await draw({}, 8)).not.toEqual(text);
  });

  // Point 15 of the design: sampling computes what training does, in the window that it sees.
  it.each([[{ temperature: 0 }], [{ topK: 1 }], [{ topP: 1e-9 }]])(
    'follows the likeliest token with %j',
    async (greedy) => {
      const text = [...PROMPT];
      for (const token of await draw(greedy)) {
        const logits = nextLogits(text.slice(windowStart(text.length, 6)));
        expect(token).toBe(logits.indexOf(Math.max(...logits)));
        text.push(token);
      }
      expect(text).toHaveLength(PROMPT.length + 20);
    },
  );

  it('draws each first token as often as the softmax of the logits says', async () => {
    const [largest, ...rest] = [Math.max(...nextLogits(PROMPT)), ...nextLogits(PROMPT)];
    const weights = rest.map((logit) => Math.exp((logit - largest) / 2));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const counts = new Array<number>(11).fill(0);
    const generator = new Generator(5);
    const draws = 600;
    for (let i = 0; i < draws; i++) {
      const [token] = await generate(model, PROMPT, { maxNewTokens: 1, generator, temperature: 2 });
      counts[token]++;
    }
    const chiSquare = counts.reduce((sum, count, token) => {
      const expected = (draws * weights[token]) / total;
      return sum + (count - expected) ** 2 / expected;
    }, 0);
    // With 10 degrees of freedom 36 is exceeded once in 10,000 tries; the seed is fixed all the same.
    expect(chiSquare).toBeLessThan(36);
  });

  it('takes prompts longer than a block: what lies before the window does not matter', async () => {
    const long = [9, 9, 9, 9, 1, 2, 3, 4, 5, 6];
    const start = windowStart(long.length, 6);
    expect(start).toBeGreaterThan(0);
    const text = await draw({ temperature: 0 }, 7, long);
    const other = long.map((token, i) => (i < start ? (token + 1) % 11 : token));
    expect(await draw({ temperature: 0 }, 7, other)).toEqual(text);
  });

  it('hands out each token as it comes, waits, and ends the text where it is told to', async () => {
    const whole = await draw();
    const seen: number[] = [];
    const stopped = await draw({
      onToken: async (token) => {
        await Promise.resolve();
        seen.push(token);
        return seen.length < 5;
      },
    });
    expect(stopped).toEqual(whole.slice(0, 5));
    expect(seen).toEqual(stopped);
  });

  it('leaves nothing behind, not even when the listener throws', async () => {
    const before = liveBuffers();
    await draw();
    const onToken = () => {
      throw new RangeError('enough');
    };
    await expect(draw({ onToken })).rejects.toThrow('enough');
    expect(liveBuffers()).toBe(before);
  });

  it.each([
    [{}, [], 'generate: the prompt must have at least one token'],
    [{}, [0, 11], 'generate: token 11 is outside the vocabulary of 11'],
    [{}, [-1], 'generate: token -1 is outside the vocabulary of 11'],
    [{}, [0.5], 'generate: token 0.5 is outside the vocabulary of 11'],
    [{ maxNewTokens: -1 }, [0], 'maxNewTokens must be a whole number of at least 0, got -1'],
    [{ maxNewTokens: 1.5 }, [0], 'maxNewTokens must be a whole number of at least 0, got 1.5'],
    [{ temperature: -1 }, [0], 'temperature must be a number of at least 0, got -1'],
    [{ topK: 0 }, [0], 'topK must be a whole number of at least 1, got 0'],
    [{ topP: 2 }, [0], 'topP must be above 0 and at most 1, got 2'],
  ])('refuses %j after %j', async (given, prompt, message) => {
    await expect(draw(given, 7, prompt)).rejects.toMatchObject({ name: 'ConfigError', message });
  });
});

it('draws with a model on its own backend while another is the current one', async () => {
  await init('wasm');
  const model = createModel(tinyConfig(), new Generator(1));
  const text = await generate(model, PROMPT, { maxNewTokens: 5, generator: new Generator(2) });
  await init('reference');
  expect(await generate(model, PROMPT, { maxNewTokens: 5, generator: new Generator(2) })).toEqual(text);
  model.dispose();
});

/** The parameters of a model with logits four times as large. */
async function sharper(model: LanguageModel) {
  const state = await model.stateDict();
  const sz = state.get('sz')!;
  return state.set('sz', { ...sz, data: sz.data.map((value) => 4 * value) });
}
