/** What the panel of scales, cosines and condition numbers shows of a model. */

import { measureWeights, type WeightsReport } from '../../src/experiments/inspect/weights.js';
import { type LanguageModel, maxNormError } from '../../src/index.js';
import { nextTurn } from '../../src/training/loop/event-loop.js';

/** What there is to see inside a model: scales as they act, embeddings, condition numbers of the matrices. */
export interface Inside extends WeightsReport {
  /** The largest | ‖w‖ − 1 | over the vectors that are to be unit; 0 for GPT, which has none. */
  readonly normError: number;
}

/** Of embeddings that are too many to compare all: the same ones each time. */
const SEED = 1;

/** Looks inside a model, with a turn of the event loop after every matrix. */
export async function inside(model: LanguageModel): Promise<Inside> {
  return { ...(await measureWeights(model, SEED, nextTurn)), normError: await maxNormError(model) };
}
