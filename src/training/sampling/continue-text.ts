/** From a prompt to text: what `ngpt sample` and the report after training share. */
import { type GenerateOptions, generate, type LanguageModel } from '../../ngpt/index.js';
import { requireFunction, requireObject } from '../../tensor/checks/values.js';
import { DataError } from '../../tensor/index.js';
import { requireTokenizer } from '../data/checks.js';
import type { Tokenizer } from '../data/tokenizer.js';
import { nextTurn } from '../loop/event-loop.js';
import { TextStream } from './text-stream.js';

/** Where to start without a prompt: a line break if the vocabulary has one, as in nanoGPT. */
export function startTokens(tokenizer: Tokenizer): number[] {
  const tokens = tryEncode(tokenizer, '\n');
  return tokens === null || tokens.length === 0 ? [0] : [...tokens];
}

/** Options of `continueText`. */
export interface ContinueOptions extends Omit<GenerateOptions, 'onToken'> {
  /** Gets the text as it comes; false ends it. */
  readonly onText: (text: string) => boolean;
}

/** Lets the model go on from `prompt`, and hands out whole characters. */
export async function continueText(
  model: LanguageModel,
  tokenizer: Tokenizer,
  prompt: readonly number[],
  asked: ContinueOptions,
): Promise<void> {
  requireTokenizer('continueText', tokenizer);
  requireObject('continueText', 'options', asked);
  const { onText, ...options } = asked;
  requireFunction('continueText', 'onText', onText);
  const stream = new TextStream(tokenizer);
  await generate(model, prompt, {
    ...options,
    onToken: async (token) => {
      // Or the terminal would see nothing before the end, and a reader that went away would not be noticed.
      await nextTurn();
      const text = stream.push(token);
      return text === '' || onText(text);
    },
  });
  const rest = stream.end();
  if (rest !== '') onText(rest);
}

/** The tokens of a text; null if the vocabulary lacks some of it. */
export function tryEncode(tokenizer: Tokenizer, text: string): Int32Array | null {
  try {
    return tokenizer.encode(text);
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}
