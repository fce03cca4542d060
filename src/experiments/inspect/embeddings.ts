/** Measures tables of embeddings: lengths, angles between rows, eigenvalues. Explained in docs/experiments.md. */
import type { LanguageModel } from '../../ngpt/index.js';
import { Generator } from '../../tensor/index.js';
import { distributionOf } from './distribution.js';
import { gram } from './gram.js';
import { matrixInUse } from './matrix-in-use.js';
import type { EmbeddingReport, EmbeddingsReport } from './model-report.js';
import { symmetricEigenvalues } from './spectrum.js';
import { dotAt, lengthAt } from './vectors.js';

/** Of more rows not all pairs are compared: there would be 1.3 billion in the vocabulary of GPT-2. */
export const MOST_SAMPLED = 2048;

/** The tables of tokens, input and output. @param seed - of the rows that are drawn where there are too many. */
export async function measureEmbeddings(model: LanguageModel, seed: number): Promise<EmbeddingsReport> {
  const { nEmbd, tieWeights } = model.config;
  const measure = async (name: string) => measureTable(await matrixInUse(model, name), nEmbd, seed);
  const input = await measure('transformer.wte.weight');
  return { input, output: tieWeights ? null : await measure('lm_head.weight') };
}

/** The rows of a table [V, d], given flat. */
export function measureTable(values: ArrayLike<number>, d: number, seed: number): EmbeddingReport {
  const norms = Float64Array.from({ length: values.length / d }, (_, row) => lengthAt(values, row * d, d));
  const drawn = drawRows(norms, seed);
  const cosines = cosinesOf(values, d, drawn, norms);
  return {
    norms: distributionOf(norms),
    cosines: cosines.length === 0 ? null : distributionOf(cosines),
    sampled: drawn.length,
    eigenvalues: covarianceEigenvalues(values, d),
  };
}

/** Rows to compare, different ones; one without a direction has no cosines. */
function drawRows(norms: Float64Array, seed: number): number[] {
  const rows = Array.from(norms.keys()).filter((row) => norms[row] > 0);
  if (rows.length <= MOST_SAMPLED) return rows;
  const order = new Generator(seed).permutation(rows.length);
  return Array.from(order.slice(0, MOST_SAMPLED), (i) => rows[i]);
}

/** Of all pairs of different rows, each once. */
function cosinesOf(
  values: ArrayLike<number>,
  d: number,
  rows: readonly number[],
  norms: Float64Array,
): Float64Array {
  const directions = new Float64Array(rows.length * d);
  rows.forEach((row, at) => {
    for (let i = 0; i < d; i++) directions[at * d + i] = values[row * d + i] / norms[row];
  });
  const cosines = new Float64Array((rows.length * (rows.length - 1)) / 2);
  let pair = 0;
  for (let a = 0; a < rows.length; a++) {
    for (let b = 0; b < a; b++) cosines[pair++] = dotAt(directions, a * d, directions, b * d, d);
  }
  return cosines;
}

/** Descending, d of them; fewer rows than dimensions leave some at 0. */
function covarianceEigenvalues(values: ArrayLike<number>, d: number): number[] {
  const rows = values.length / d;
  const mean = new Float64Array(d);
  for (let i = 0; i < values.length; i++) mean[i % d] += values[i] / rows;
  const covariance = gram(values, d, mean).map((product) => product / rows);
  // None is below 0 but by rounding.
  return symmetricEigenvalues(covariance, d).map((value) => Math.max(0, value));
}
