/** The choice of the next token: how boldly, and among how many of the likeliest. */
import { described } from '../../tensor/checks/describe.js';
import type { OptionNames } from '../../tensor/checks/options.js';
import { requireNotNegative, requireWhole } from '../../tensor/checks/values.js';
import { requireGenerator } from '../../tensor/create/random.js';
import { ArgumentError, ConfigError, type Generator } from '../../tensor/index.js';

/** How the next token is drawn. */
export interface SamplingOptions {
  /** Divides the logits: below 1 bolder, above 1 more even, 0 always the likeliest token. Default 1. */
  readonly temperature?: number | undefined;
  /** Only the k likeliest tokens count. Default all. */
  readonly topK?: number | undefined;
  /** Only the likeliest tokens that together have at least this probability count. Default 1, all. */
  readonly topP?: number | undefined;
}

/** Those of `sampleToken`. */
export const SAMPLING_OPTIONS: OptionNames<SamplingOptions> = { temperature: true, topK: true, topP: true };

/**
 * Draws a token from softmax(logits / temperature), restricted to the likeliest by `topK` and then by `topP`
 * (nucleus sampling). In double precision, with one uniform number from the generator; with temperature 0 none.
 * @example sampleToken([0, 2, 1], { temperature: 0 }, new Generator(1)) // 1
 */
export function sampleToken(
  logits: ArrayLike<number>,
  options: SamplingOptions,
  generator: Generator,
): number {
  requireLogits(logits);
  checkSampling(options);
  requireGenerator('sampleToken', generator);
  const { temperature = 1, topK = logits.length, topP = 1 } = options;
  const likeliest = argmax(logits);
  if (temperature === 0) return likeliest;
  const weightOf = (token: number) => Math.exp((logits[token] - logits[likeliest]) / temperature);
  const isRestricted = topK < logits.length || topP < 1;
  const tokens = isRestricted ? ranked(logits).slice(0, topK) : Array.from(logits, (_, token) => token);
  const weights = tokens.map(weightOf);
  return tokens[draw(topP < 1 ? nucleus(weights, topP) : weights, generator)];
}

/** @throws ArgumentError unless there is at least one, and they are numbers. */
function requireLogits(logits: unknown): void {
  const isTyped =
    logits instanceof Float32Array || logits instanceof Float64Array || logits instanceof Int32Array;
  const isList = (isTyped || Array.isArray(logits)) && logits.length > 0;
  const wrong = isList && !isTyped ? logits.findIndex((logit) => typeof logit !== 'number') : -1;
  if (isList && wrong < 0) return;
  const given = isList ? `${described(logits[wrong])} at [${wrong}]` : described(logits);
  throw new ArgumentError(`sampleToken: the logits must be a list of numbers, got ${given}`);
}

/** @throws ConfigError for settings out of range. */
export function checkSampling(options: SamplingOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentError(
      `sampling: options are an object such as { temperature: … }, got ${described(options)}`,
    );
  }
  const { temperature = 1, topK, topP = 1 } = options;
  requireNotNegative('temperature', temperature);
  if (topK !== undefined) requireWhole('topK', topK, 1);
  if (typeof topP !== 'number' || !(topP > 0 && topP <= 1))
    throw new ConfigError(`topP must be above 0 and at most 1, got ${described(topP)}`, {
      settings: ['topP'],
    });
}

/** The first of the largest. */
function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** All tokens, likeliest first; equal ones in their own order. */
function ranked(logits: ArrayLike<number>): number[] {
  return Array.from(logits, (_, token) => token).sort((a, b) => logits[b] - logits[a]);
}

/** The shortest head of sorted weights that has at least `share` of their sum. */
function nucleus(weights: readonly number[], share: number): number[] {
  const wanted = share * sum(weights);
  let reached = 0;
  const count = weights.findIndex((weight) => {
    reached += weight;
    return reached >= wanted;
  });
  return weights.slice(0, count < 0 ? weights.length : count + 1);
}

/** An index with probability proportional to its weight. */
function draw(weights: readonly number[], generator: Generator): number {
  let left = generator.uniform() * sum(weights);
  for (let i = 0; i < weights.length - 1; i++) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.length - 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
