import { describe, expect, it } from 'vitest';
import { leadOf, legendOf, standings } from '../../../../web/panels/curves/words.js';
import { History } from '../../../../web/training/history.js';

function measured(...valLosses: number[]): History {
  const history = new History();
  valLosses.forEach((valLoss, i) => {
    history.addEvaluation({ step: 1000 * i, trainLoss: valLoss - 0.1, valLoss, seconds: i });
  });
  return history;
}

describe('words of the curves', () => {
  it('say who is ahead, by how many steps, or that nobody is', () => {
    expect(leadOf({ ngpt: measured(4, 2, 1), gpt: measured(4, 3, 2) })).toBe(
      'nGPT is 1,000 steps ahead: it had the loss that GPT has now so much earlier.',
    );
    expect(leadOf({ ngpt: measured(4, 3, 2), gpt: measured(4, 2, 1) })).toMatch(/^GPT is 1,000 steps ahead/);
    expect(leadOf({ ngpt: measured(4, 3), gpt: measured(4, 3) })).toBe('Neither is ahead.');
    // As with rates of 0.
    expect(leadOf({ ngpt: measured(4.392, 4.392), gpt: measured(4.364, 4.364) })).toBe(
      'No step lies between them yet: the held-out loss of GPT is 0.028 below that of nGPT.',
    );
    expect(leadOf({ ngpt: measured(4, 3.9), gpt: measured(4, 4, 3.8) })).toBe(
      'No step lies between them yet: the held-out loss of nGPT is 0.100 below that of GPT.',
    );
    expect(leadOf({ ngpt: measured(4), gpt: measured(4) })).toMatch(/^Who is ahead shows when/);
  });

  it('say where each model is', () => {
    const ngpt = measured(4, 2.34567);
    ngpt.addStep({ step: 1234, loss: 2, seconds: 1 });
    expect(standings({ ngpt, gpt: new History() })).toBe(
      'nGPT: step 1,234, held-out loss 2.346, training loss 2.246. GPT: step 0',
    );
  });

  it('say what each line across means, the highest first', () => {
    const lines = [
      { name: 'pairs of letters', loss: 2.5, sentence: 'Pairs.' },
      { name: 'random', loss: 4.12345, sentence: 'Guessing.' },
    ] as const;
    expect(legendOf(lines)).toEqual([
      { term: 'random, 4.123', sentence: 'Guessing.' },
      { term: 'pairs of letters, 2.500', sentence: 'Pairs.' },
    ]);
  });
});
