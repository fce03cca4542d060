/** Where ours is meant to differ from PyTorch 1.13, with the reason; docs/pytorch.md tells users. */
import type { Part } from './replay.js';

interface Intended {
  /** What differs; the other parts of the case are compared. */
  readonly parts: readonly Part[];
  readonly reason: string;
}

const IGNORED = 'a batch that teaches nothing changes nothing: the mean over no targets is 0, not NaN';
const NAN_SPREADS = 'NaN spreads, into the derivative too; PyTorch has 0 or 1 there';
const INFINITE =
  'one infinite element makes all slopes of a variance NaN; PyTorch leaves some of them infinite';
const ONE_ELEMENT = 'the variance of one element is NaN, and so is its slope; PyTorch has an infinite one';

/** By the titles of cases. */
export const INTENDED: Readonly<Record<string, Intended>> = {
  'sign: edges': { parts: ['outputs'], reason: 'the sign of NaN is NaN, not 0' },
  'abs: edges': { parts: ['gradients'], reason: NAN_SPREADS },
  'l1Loss: edges': { parts: ['gradients'], reason: NAN_SPREADS },
  'elu: edges': { parts: ['gradients'], reason: NAN_SPREADS },
  'sqrt: edges': { parts: ['gradients'], reason: 'the slope at −0 is ∞, as at 0, not −∞' },
  'remainder: edges': {
    parts: ['gradients'],
    reason: 'the remainder by 0 is NaN, and so is its slope in the divisor, not infinite',
  },
  'crossEntropy: all ignored': { parts: ['outputs'], reason: IGNORED },
  'nllLoss: all ignored': { parts: ['outputs'], reason: IGNORED },
  'logsumexp: edges': {
    parts: ['gradients'],
    reason: 'where all elements are −∞ nothing flows back, in place of NaN',
  },
  'unit: the zero vector': {
    parts: ['outputs', 'gradients'],
    reason:
      'the zero vector has no direction and stays zero, with the derivative it would have at length 1, not NaN',
  },
  'unit: an infinite vector': {
    parts: ['outputs'],
    reason:
      'dividing by the largest element keeps squares from overflowing, and makes all of the vector NaN if that is infinite',
  },
  'var: edges': { parts: ['gradients'], reason: INFINITE },
  'variance: edges': { parts: ['gradients'], reason: INFINITE },
  'var: shape [], axes None, correction 1': { parts: ['gradients'], reason: ONE_ELEMENT },
  'variance: shape [], axes None, correction 1': { parts: ['gradients'], reason: ONE_ELEMENT },
};
