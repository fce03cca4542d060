/**
 * The forward passes of nGPT and of the baseline in plain numbers, written from the paper's formulas alone: it shares
 * nothing with `src` but the names of the tensors, so that it can tell when `src` computes something else.
 */
import type { ModelConfig } from '../../../src/ngpt/index.js';
import { dot, matvec, rowsOf, softmax } from '../values/plain.js';

type Row = number[];
type Weights = ReadonlyMap<string, { readonly data: ArrayLike<number> }>;

export interface PlainOutput {
  /** After each block, [layer][position][dimension]. */
  readonly hidden: Row[][];
  /** [position][token] */
  readonly logits: Row[];
}

/** One sequence of tokens through the model that `config` and `weights` describe. */
export function plainForward(config: ModelConfig, weights: Weights, tokens: readonly number[]): PlainOutput {
  const { nEmbd: d, nLayer, arch, tieWeights, vocabSize } = config;
  const vector = (name: string) => Array.from(weights.get(name)!.data);
  const rows = (name: string) => rowsOf(vector(name), d);
  const matrix = (name: string) => (isNormalized(config) ? rows(name).map(unit) : rows(name));
  const embeddings = matrix('transformer.wte.weight');
  const head = tieWeights ? embeddings : matrix('lm_head.weight');
  let x = tokens.map((token) => [...embeddings[token]]);
  const hidden: Row[][] = [];
  for (let layer = 0; layer < nLayer; layer++) {
    const stored = (name: string) => vector(`transformer.h.${layer}.${name}`);
    const tensor = (name: string) =>
      isNormalized(config) ? normalized(stored(name), name, d) : stored(name);
    x = arch === 'ngpt' ? normalizedBlock(config, tensor, x) : baselineBlock(config, tensor, x);
    hidden.push(x);
  }
  const scores = (h: Row) => head.map((row) => dot(row, h));
  if (arch === 'gpt') {
    const weight = vector('rmsnorm_f.weight');
    return { hidden, logits: x.map((h) => scores(rmsNorm(h, weight))) };
  }
  const sz = acting(config, 'sz', vector, 'sz', vocabSize);
  return { hidden, logits: x.map((h) => scores(h).map((z, i) => z * sz[i])) };
}

type Layer = (name: string) => number[];

/** Whether matrices are made unit on the way. */
function isNormalized({ arch, weightNorm }: ModelConfig): boolean {
  return arch === 'ngpt' && weightNorm === 'forward';
}

/** A tensor of a layer, if it is a matrix with unit vectors along the axis of length d: columns of projections, or rows. */
function normalized(values: number[], name: string, d: number): number[] {
  if (!name.endsWith('.weight')) return values;
  if (!name.includes('c_proj')) return rowsOf(values, d).flatMap(unit);
  const width = values.length / d;
  const lengths = Array.from({ length: width }, (_, j) =>
    Math.hypot(...Array.from({ length: d }, (_, i) => values[i * width + j])),
  );
  return values.map((value, i) => value / lengths[i % width]);
}

function normalizedBlock(config: ModelConfig, layer: Layer, states: Row[]): Row[] {
  const { nEmbd: d, nHead, dMlp, qkNorm } = config;
  const headSize = d / nHead;
  const softmaxScale = { sqrt: Math.sqrt(headSize), rsqrt: 1 / Math.sqrt(headSize) }[config.softmaxScale];
  const sqk = acting(config, 'sqk', layer, 'sqk', d);
  const alpha = (name: string) =>
    acting(config, 'alpha', layer, name, d).map((a) => (config.signedAlpha ? a : Math.abs(a)));
  const towards = { lerp: straight, slerp: alongCircle }[config.residual];
  const heads = attend(config, layer, states, softmaxScale, (q, at) => {
    const direction = qkNorm ? unit(q) : q;
    return direction.map((value, i) => value * sqk[at * headSize + i]);
  });
  const attended = multiply(heads, layer('att_c_proj.weight')).map(unit);
  // Embeddings need not be unit if matrices are not.
  const between = states.map((h, t) => towards(unit(h), attended[t], alpha('attn_alpha')));
  const suv = acting(config, 'suv', layer, 'suv', 2 * dMlp).map((s) => s * Math.sqrt(d));
  const transformed = mlp(config, layer, between, suv).map(unit);
  return between.map((h, t) => towards(h, transformed[t], alpha('mlp_alpha')));
}

/** A scale in each of `width` dimensions. What is stored starts at `scale` and acts as s·(init/scale). */
function acting(
  config: ModelConfig,
  scale: 'alpha' | 'sqk' | 'suv' | 'sz',
  layer: Layer,
  name: string,
  width: number,
): Row {
  const init = config[`${scale}Init`];
  if (config[scale] === 'fixed') return new Array<number>(width).fill(init);
  const stored = layer(name);
  const factor = init / config[`${scale}Scale`];
  return Array.from({ length: width }, (_, i) => factor * stored[Math.floor((i * stored.length) / width)]);
}

function baselineBlock(config: ModelConfig, layer: Layer, states: Row[]): Row[] {
  const { nEmbd: d, nHead, dMlp } = config;
  const normed = (x: Row[], name: string) => x.map((h) => rmsNorm(h, layer(name)));
  const heads = attend(config, layer, normed(states, 'rmsnorm_att.weight'), Math.sqrt(nHead / d), (q) => q);
  const attended = multiply(heads, layer('att_c_proj.weight'));
  const between = states.map((h, t) => h.map((value, i) => value + attended[t][i]));
  const ones = new Array<number>(2 * dMlp).fill(1);
  const transformed = mlp(config, layer, normed(between, 'rmsnorm_mlp.weight'), ones);
  return between.map((h, t) => h.map((value, i) => value + transformed[t][i]));
}

/** Causal attention, head by head; `rescale` acts on queries and keys after the rotary step. */
function attend(
  config: ModelConfig,
  layer: Layer,
  states: Row[],
  softmaxScale: number,
  rescale: (q: Row, head: number) => Row,
): Row[] {
  const { nEmbd: d, nHead } = config;
  const size = d / nHead;
  const queries = multiply(states, layer('query.weight'));
  const keys = multiply(states, layer('key.weight'));
  const values = multiply(states, layer('value.weight'));
  const output = states.map(() => new Array<number>(d).fill(0));
  for (let head = 0; head < nHead; head++) {
    const part = (x: Row) => x.slice(head * size, (head + 1) * size);
    const turned = (x: Row[]) => x.map((row, t) => rescale(rotate(config, part(row), t), head));
    const [q, k] = [turned(queries), turned(keys)];
    for (let t = 0; t < states.length; t++) {
      const weights = softmax(k.slice(0, t + 1).map((key) => softmaxScale * dot(q[t], key)));
      for (let i = 0; i < size; i++) {
        output[t][head * size + i] = weights.reduce((sum, w, s) => sum + w * values[s][head * size + i], 0);
      }
    }
  }
  return output;
}

/** Position embedding of one head at one position. */
function rotate({ rope, ropeBase }: ModelConfig, x: Row, position: number): Row {
  if (rope === 'none') return x;
  const size = x.length;
  const angle = (i: number) => position * ropeBase ** ((-2 * i) / size);
  const turned = [...x];
  // The row of the released table: sine and cosine of one frequency after the other.
  const table = x.map((_, j) => (j % 2 === 0 ? Math.sin : Math.cos)(angle(Math.floor(j / 2))));
  for (let i = 0; i < size / 2; i++) {
    const [even, odd] = [x[2 * i], x[2 * i + 1]];
    if (rope === 'rotary') {
      turned[2 * i] = even * Math.cos(angle(i)) - odd * Math.sin(angle(i));
      turned[2 * i + 1] = even * Math.sin(angle(i)) + odd * Math.cos(angle(i));
    } else {
      turned[2 * i] = -odd * table[size / 2 + i];
      turned[2 * i + 1] = even * table[i];
    }
  }
  return turned;
}

/** W_mlp·(u ⊙ silu(v)) with (u, v) = (W_fc·x) ⊙ scale. */
function mlp({ dMlp: m }: ModelConfig, layer: Layer, states: Row[], scale: number[]): Row[] {
  const gated = multiply(states, layer('c_fc.weight')).map((uv) => {
    const scaled = uv.map((value, i) => value * scale[i]);
    return Array.from({ length: m }, (_, i) => scaled[i] * (scaled[m + i] / (1 + Math.exp(-scaled[m + i]))));
  });
  return multiply(gated, layer('mlp_c_proj.weight'));
}

/** x·Wᵀ for W [out, in], given flat. */
function multiply(x: Row[], weight: number[]): Row[] {
  return x.map((row) => matvec(weight, row));
}

function unit(x: Row): Row {
  const length = Math.sqrt(dot(x, x));
  return x.map((value) => value / length);
}

function straight(h: Row, target: Row, alpha: Row): Row {
  return unit(h.map((value, i) => value + alpha[i] * (target[i] - value)));
}

function alongCircle(h: Row, target: Row, alpha: Row): Row {
  // Half the angle is that between the diagonals of a rhombus and its sides.
  const length = (sign: number) => Math.hypot(...h.map((x, i) => x + sign * target[i]));
  const angle = 2 * Math.atan2(length(-1), length(1));
  if (Math.sin(angle) < 1e-4) return straight(h, target, alpha);
  return unit(h.map((x, i) => Math.sin((1 - alpha[i]) * angle) * x + Math.sin(alpha[i] * angle) * target[i]));
}

function rmsNorm(x: Row, weight: Row): Row {
  const root = Math.sqrt(dot(x, x) / x.length + 1e-6);
  return x.map((value, i) => (value / root) * weight[i]);
}
