/** Losses that need no model, to hold those of models against. */
import type { Dataset, Tokens } from '../../src/training/data/dataset.js';

export interface ReferenceLine {
  readonly name: 'random' | 'letter frequencies' | 'pairs of letters' | 'best possible';
  /** In nats per character, over the validation split. */
  readonly loss: number;
  /** What it means, in one sentence. */
  readonly sentence: string;
}

/** Those that any text has; frequencies are counted on the training split. */
export function referenceLines({ train, val, tokenizer: { vocabSize } }: Dataset): ReferenceLine[] {
  const letters = letterFrequencies(train, vocabSize);
  return [
    {
      name: 'random',
      loss: Math.log(vocabSize),
      sentence: `Guessing: each of the ${vocabSize} characters is as likely as any other.`,
    },
    {
      name: 'letter frequencies',
      loss: meanLoss(val, (_, next) => letters[next]),
      sentence: 'Knowing how frequent each character is, and nothing of what comes before it.',
    },
    {
      name: 'pairs of letters',
      loss: meanLoss(val, pairFrequencies(train, letters)),
      sentence: 'Knowing how often each character follows the one before it.',
    },
  ];
}

/** Each counts once more than it is there: one that training has never seen is rare, not impossible. */
function letterFrequencies(train: Tokens, vocabSize: number): Float64Array {
  const counts = new Float64Array(vocabSize).fill(1);
  for (const token of train) counts[token]++;
  return counts.map((count) => count / (train.length + vocabSize));
}

/** As if each character had once been followed by all others, as frequent as they are by themselves. */
function pairFrequencies(train: Tokens, letters: Float64Array): (before: number, next: number) => number {
  const size = letters.length;
  const pairs = new Map<number, number>();
  const firsts = new Float64Array(size);
  for (let i = 1; i < train.length; i++) {
    const pair = train[i - 1] * size + train[i];
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    firsts[train[i - 1]]++;
  }
  return (before, next) => ((pairs.get(before * size + next) ?? 0) + letters[next]) / (firsts[before] + 1);
}

/** Over all characters but the first, which nothing comes before. */
function meanLoss(tokens: Tokens, frequency: (before: number, next: number) => number): number {
  let sum = 0;
  for (let i = 1; i < tokens.length; i++) sum -= Math.log(frequency(tokens[i - 1], tokens[i]));
  return sum / (tokens.length - 1);
}
