import type { Dataset } from '../training/node/index.js';
import { tryEncode } from '../training/sampling/continue-text.js';

/** The first prompt to try: words of the default data. */
const PROMPT = 'The whale';

const LONGEST_PROMPT = 24;

/** Tokens of the data to look for a prompt in. */
const LOOK_AT = 500;

/** A prompt that the vocabulary has: that of the default data, else the first words of the text; '' if it has none. */
export function suggestedPrompt({ tokenizer, train }: Dataset): string {
  if (tryEncode(tokenizer, PROMPT) !== null) return PROMPT;
  const lines = tokenizer.decode(Array.from(train.subarray(0, LOOK_AT))).split(/\p{Cc}/u);
  const line = lines.map((each) => each.trim()).find((each) => each !== '') ?? '';
  return firstWords(line);
}

/** As many whole words as fit; in a language without spaces, as many characters. */
function firstWords(line: string): string {
  const characters = [...line];
  if (characters.length <= LONGEST_PROMPT) return line;
  const start = characters.slice(0, LONGEST_PROMPT + 1).join('');
  const end = start.lastIndexOf(' ');
  return end > 0 ? start.slice(0, end).trim() : characters.slice(0, LONGEST_PROMPT).join('');
}
