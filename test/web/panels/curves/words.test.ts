import { describe, expect, it } from 'vitest';
import { leadOf, standings } from '../../../../web/panels/curves/words.js';
import { History } from '../../../../web/training/history.js';

function measured(...valLosses: number[]): History {
  const history = new History();
  valLosses.forEach((valLoss, i) => {
    history.addEvaluation({ step: 1000 * i, trainLoss: valLoss, valLoss, seconds: i });
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
    expect(leadOf({ ngpt: measured(4), gpt: measured(4) })).toMatch(/^Who is ahead shows when/);
  });

  it('say where each model is', () => {
    const ngpt = measured(4, 2.34567);
    ngpt.addStep({ step: 1234, loss: 2, seconds: 1 });
    expect(standings({ ngpt, gpt: new History() })).toBe(
      'nGPT: step 1,234, held-out loss 2.346. GPT: step 0',
    );
  });
});
