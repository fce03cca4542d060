import { describe, expect, it } from 'vitest';
import { suggestedPrompt } from '../../src/cli/prompt.js';
import { CharTokenizer, loadGpt2Tokenizer, textDataset } from '../../src/training/node/index.js';

function suggested(text: string): string {
  const dataset = textDataset('text', text, CharTokenizer.fromText(text));
  const prompt = suggestedPrompt(dataset);
  expect(dataset.tokenizer.decode([...dataset.tokenizer.encode(prompt)])).toBe(prompt);
  return prompt;
}

describe('suggestedPrompt', () => {
  it('is the same for all texts that have its letters', async () => {
    expect(suggested('The whale. Call me Ishmael.')).toBe('The whale');
    const gpt2 = textDataset('text', 'Ça va?', await loadGpt2Tokenizer());
    expect(suggestedPrompt(gpt2)).toBe('The whale');
  });

  it('is else from the first line of the text, in whole words', () => {
    expect(suggested('\n\n  to be or not to be, that is the question\n'.repeat(5))).toBe(
      'to be or not to be, that',
    );
    expect(suggested('one\ntwo\n'.repeat(9))).toBe('one');
    expect(suggested('白鯨'.repeat(40))).toBe('白鯨'.repeat(12));
    expect(suggested('🐳'.repeat(40))).toBe('🐳'.repeat(24));
  });

  it('is nothing where there is nothing to see', () => {
    expect(suggested(' \n\t'.repeat(30))).toBe('');
  });
});
