import { noGrad } from '../autograd/index.js';
import { ConfigError, type Generator, scope, tensor } from '../tensor/index.js';
import type { LanguageModel } from './language-model.js';

export interface GenerateOptions {
  readonly maxNewTokens: number;
  /** Divides the logits: below 1 bolder, above 1 more even, 0 always the likeliest token. Default 1. */
  readonly temperature?: number;
  /** Only the k likeliest tokens count. Default all. */
  readonly topK?: number | undefined;
  readonly generator: Generator;
  /** Called with each token as it is drawn. */
  readonly onToken?: (token: number) => void;
}

/**
 * Continues `prompt`, token by token, and returns the new tokens. The forward pass is the one of training, scales
 * included (DESIGN point 15); the model sees the last `blockSize` tokens.
 * @throws ConfigError for an empty prompt, tokens outside the vocabulary or settings out of range.
 */
export async function generate(
  model: LanguageModel,
  prompt: readonly number[],
  options: GenerateOptions,
): Promise<number[]> {
  check(model, prompt, options);
  const { maxNewTokens, temperature = 1, topK, generator, onToken } = options;
  const tokens = [...prompt];
  while (tokens.length < prompt.length + maxNewTokens) {
    const logits = await nextLogits(model, tokens.slice(-model.config.blockSize));
    const token = sampleToken(logits, temperature, topK, generator);
    tokens.push(token);
    onToken?.(token);
  }
  return tokens.slice(prompt.length);
}

/** The logits [V] of what follows the last of `tokens`. */
async function nextLogits(model: LanguageModel, tokens: readonly number[]): Promise<ArrayLike<number>> {
  const logits = scope(() =>
    noGrad(() => {
      const hidden = model.hidden(tensor(Int32Array.from(tokens), [1, tokens.length]));
      return model.logits(hidden.slice(1, -1));
    }),
  );
  const values = await logits.data();
  logits.dispose();
  return values;
}

/** Draws from softmax(logits / temperature), restricted to the `topK` largest. */
export function sampleToken(
  logits: ArrayLike<number>,
  temperature: number,
  topK: number | undefined,
  generator: Generator,
): number {
  const order = Array.from(logits, (_, token) => token).sort((a, b) => logits[b] - logits[a] || a - b);
  if (temperature === 0) return order[0];
  const candidates = order.slice(0, topK ?? order.length);
  const largest = logits[candidates[0]];
  const weights = candidates.map((token) => Math.exp((logits[token] - largest) / temperature));
  let left = generator.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < candidates.length - 1; i++) {
    left -= weights[i];
    if (left < 0) return candidates[i];
  }
  return candidates[candidates.length - 1];
}

function check(model: LanguageModel, prompt: readonly number[], options: GenerateOptions): void {
  const { vocabSize } = model.config;
  const { maxNewTokens, temperature = 1, topK } = options;
  if (prompt.length === 0) throw new ConfigError('generate: the prompt must have at least one token');
  for (const token of prompt) {
    if (!Number.isInteger(token) || token < 0 || token >= vocabSize) {
      throw new ConfigError(`generate: token ${token} is outside the vocabulary of ${vocabSize}`);
    }
  }
  if (!Number.isSafeInteger(maxNewTokens) || maxNewTokens < 0) {
    throw new ConfigError(`generate: maxNewTokens must be a whole number of at least 0, got ${maxNewTokens}`);
  }
  if (!Number.isFinite(temperature) || temperature < 0) {
    throw new ConfigError(`generate: temperature must be a number of at least 0, got ${temperature}`);
  }
  if (topK !== undefined && (!Number.isSafeInteger(topK) || topK < 1)) {
    throw new ConfigError(`generate: topK must be a whole number of at least 1, got ${topK}`);
  }
}
