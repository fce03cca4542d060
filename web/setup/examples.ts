/** Whole setups to begin from; what one leaves out has its default. */
import type { Setup } from './setup.js';

export interface Example {
  readonly title: string;
  /** What to look at, in one sentence. */
  readonly sentence: string;
  readonly setup: Partial<Setup>;
}

export type ExampleName =
  | 'moby-dick'
  | 'toy-sphere'
  | 'copy'
  | 'sort'
  | 'add'
  | 'no-qk-norm'
  | 'never-unit-weights';

export const EXAMPLES: Readonly<Record<ExampleName, Example>> = {
  'moby-dick': {
    title: 'Moby Dick',
    sentence:
      'Both models learn to write like Melville, letter by letter: see which of them spells words first.',
    setup: {},
  },
  'toy-sphere': {
    title: 'toy sphere',
    sentence:
      'With three dimensions the sphere on screen is the one that nGPT lives on, and nothing is left out.',
    setup: { nLayer: 2, nEmbd: 3, nHead: 1, rope: 'none' },
  },
  copy: {
    title: 'copy letters',
    sentence: 'Say the same four letters again: nothing to compute, only to find where they stand.',
    setup: { data: 'copy', nLayer: 2 },
  },
  sort: {
    title: 'sort letters',
    sentence: 'Say the four letters in the order of the alphabet, which takes all of them at once.',
    setup: { data: 'sort', nLayer: 2 },
  },
  add: {
    title: 'add numbers',
    sentence: 'Add two numbers, of which the first digit of the sum needs every carry.',
    setup: { data: 'add', nLayer: 2 },
  },
  'no-qk-norm': {
    title: 'no q-k normalization',
    sentence: 'Queries and keys keep their lengths, as in GPT: see how much nGPT loses by it.',
    setup: { qkNorm: false },
  },
  'never-unit-weights': {
    title: 'never normalized weights',
    sentence: 'Matrices are unit at the start only: see their norms grow, and what becomes of the lead.',
    setup: { weightNorm: 'never' },
  },
};
