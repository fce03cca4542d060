/** Follows one token through the layers, half a block at a time. Explained in docs/learn/08-sphere.md. */
import { noGrad } from '../../autograd/index.js';
import { type LanguageModel, NGPT } from '../../ngpt/index.js';
import { requireWhole } from '../../tensor/checks/values.js';
import { scope, stack, type Tensor, tensor } from '../../tensor/index.js';
import { angleAt, lengthAt } from './vectors.js';

/** A hidden state on its way through the layers, and how it came there from the one before. */
export interface TracePoint {
  /** What made it: `embedding`, then `attention 1`, `MLP 1`, `attention 2` and so on. */
  readonly label: string;
  /** d numbers. */
  readonly state: readonly number[];
  /** ‖state‖: 1 for nGPT, what it has grown to for GPT. */
  readonly norm: number;
  /** h_A or h_M, where it was drawn to (paper 2.2.2); null for the embedding, and for GPT, which adds. */
  readonly target: readonly number[] | null;
  /** How far it was drawn there, as it acts, in each of the d dimensions; null where there is no target. */
  readonly alpha: readonly number[] | null;
  /** The length of the change, and the angle of it in radians; 0 for the embedding. */
  readonly stepLength: number;
  readonly angle: number;
}

/** A point after the embedding and after every half of a block: 2·nLayer + 1. */
export type Trace = readonly TracePoint[];

/** The state of all tokens, [1, T, d], and what drew it there. */
interface Stop {
  readonly label: string;
  readonly state: Tensor;
  readonly pull: Pull | null;
}

/** Where half a block of nGPT draws to, [1, T, d], and how far in each dimension, [d]. */
interface Pull {
  readonly target: Tensor;
  readonly alpha: Tensor;
}

/**
 * The way of one token through the model, half-block by half-block: by default of the last of `tokens`. Those after
 * `position` change nothing, and are not read.
 * @throws ConfigError for a position outside the tokens or more tokens than a block has, DataError for a token outside
 * the vocabulary.
 */
export async function trace(
  model: LanguageModel,
  tokens: Int32Array,
  position = tokens.length - 1,
): Promise<Trace> {
  requireWhole('position', position, 0, { most: tokens.length - 1 });
  const read = tokens.slice(0, position + 1);
  const { labels, states, pulls } = noGrad(() => scope(() => gather(stopsOf(model, read))));
  const [rows, drawn] = await Promise.all([states.takeData(), pulls?.takeData()]);
  const d = model.config.nEmbd;
  const acting = model.config.signedAlpha ? (alpha: number) => alpha : Math.abs;
  return labels.map((label, i) => {
    const row = (values: ArrayLike<number>, at: number) =>
      Array.from({ length: d }, (_, j) => values[at * d + j]);
    const state = row(rows, i);
    const before = i === 0 ? state : row(rows, i - 1);
    return {
      ...{ label, state, norm: lengthAt(state, 0, d) },
      target: drawn === undefined || i === 0 ? null : row(drawn, 2 * (i - 1)),
      alpha: drawn === undefined || i === 0 ? null : row(drawn, 2 * (i - 1) + 1).map(acting),
      stepLength: Math.hypot(...state.map((value, j) => value - before[j])),
      angle: angleAt(before, state, 0, d),
    };
  });
}

/** The embedding, and what each half of a block makes of it. */
function stopsOf(model: LanguageModel, tokens: Int32Array): Stop[] {
  const input = tensor(tokens, [1, tokens.length], { backend: model.backend });
  const stops: Stop[] = [{ label: 'embedding', state: model.embedding.forward(input), pull: null }];
  for (const [layer, block] of model.blocks.entries()) {
    // Of the baseline's blocks nothing is drawn anywhere.
    const own = model instanceof NGPT ? model.blocks[layer] : null;
    const h = stops[stops.length - 1].state;
    const half = block.attentionStep(h);
    stops.push({
      ...{ label: `attention ${layer + 1}`, state: half },
      pull: own && { target: own.attention.forward(h), alpha: own.attnAlpha.value() },
    });
    stops.push({
      ...{ label: `MLP ${layer + 1}`, state: block.mlpStep(half) },
      pull: own && { target: own.mlp.forward(half), alpha: own.mlpAlpha.value() },
    });
  }
  return stops;
}

/** Of the last token: states [stops, d], and for nGPT target and α of each step, [steps, 2, d]. */
function gather(stops: readonly Stop[]): { labels: string[]; states: Tensor; pulls: Tensor | null } {
  const last = (x: Tensor) => x.slice(1, -1).reshape([x.shape[2]]);
  const pulls = stops.flatMap(({ pull }) => (pull === null ? [] : [stack([last(pull.target), pull.alpha])]));
  return {
    labels: stops.map(({ label }) => label),
    states: stack(stops.map(({ state }) => last(state))),
    pulls: pulls.length === 0 ? null : stack(pulls),
  };
}
