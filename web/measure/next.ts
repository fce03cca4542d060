/** The next character, as a model sees it. */

import { type LanguageModel, Reader } from '../../src/index.js';

/** A character that may come next. */
export interface NextCharacter {
  readonly token: number;
  readonly character: string;
  readonly probability: number;
}

/** How many there are bars for. */
const SHOWN = 12;

/** The likeliest characters to follow `tokens`, at temperature 1, the likeliest first. @param characters - by token. */
export async function nextCharacters(
  model: LanguageModel,
  tokens: Int32Array,
  characters: readonly string[],
): Promise<NextCharacter[]> {
  const logits = await new Reader(model, null).nextLogits([...tokens]);
  return softmax(logits)
    .map((probability, token) => ({ token, character: characters[token], probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, SHOWN);
}

function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const largest = Math.max(...values);
  const powers = values.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
