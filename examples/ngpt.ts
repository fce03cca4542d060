/**
 * nGPT in one file: the normalized Transformer of arXiv:2410.01131, from tensors, their derivatives and Adam alone, trained
 * on Moby Dick. Numbers in brackets are the paper's equations, "step 1" to "step 7" those of its recipe (section 2.6).
 * Run it: npx tsx examples/ngpt.ts [STEPS]; Ctrl-C ends the training, and the model writes with what it has learned.
 */
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as sg from 'spheregrad';
import { Generator, Parameter, type Tensor, tensor, unit } from 'spheregrad';
import { allowFastSimd, mobyDick } from 'spheregrad/training';

/** V tokens, T of them at most in a row, L layers of `heads` heads, d numbers to a hidden state. */
export type Size = Readonly<Record<'V' | 'T' | 'L' | 'heads' | 'd', number>>;

/** A learned scale (2.5). Adam moves all numbers by about its rate; stored at `stored`, this one acts as s · init/stored. */
class Scale {
  readonly s: Parameter;
  constructor(
    length: number,
    readonly init: number,
    readonly stored: number,
  ) {
    this.s = Parameter.from(() => sg.full([length], stored));
  }
  value(): Tensor {
    return this.s.mul(this.init / this.stored);
  }
}

export class NGPT {
  /** E_input and E_output: a point on the sphere for each token, as it is read and as it is predicted. */
  readonly input: Parameter;
  readonly output: Parameter;
  readonly layers;
  readonly sz: Scale;

  constructor(
    readonly size: Size,
    generator: Generator,
  ) {
    const [{ V, L, d }, root] = [size, 1 / Math.sqrt(size.d)];
    // Rows read hidden states: each is a unit vector, so each product with one is a cosine. Columns write them (`axis` 0).
    const matrix = (rows: number, columns: number, axis = 1) =>
      Parameter.from(() => unit(sg.normal(generator, [rows, columns]), axis), { unitAxis: axis });
    this.input = matrix(V, d);
    this.output = matrix(V, d);
    this.sz = new Scale(V, 1, root); // step 6
    this.layers = Array.from({ length: L }, () => ({
      attention: { q: matrix(d, d), k: matrix(d, d), v: matrix(d, d), o: matrix(d, d, 0) },
      mlp: { u: matrix(4 * d, d), v: matrix(4 * d, d), o: matrix(d, 4 * d, 0) },
      alphaA: new Scale(d, 0.05, root), // step 3: eigen learning rates, of the order of 1/L
      alphaM: new Scale(d, 0.05, root),
      sqk: new Scale(d, 1, root), // step 4
      su: new Scale(4 * d, 1, 1), // step 5
      sv: new Scale(4 * d, 1, 1),
    }));
  }

  parameters(): Parameter[] {
    const layers = this.layers.flatMap(({ attention, mlp, ...scales }) => [
      ...[...Object.values(attention), ...Object.values(mlp)],
      ...Object.values(scales).map(({ s }) => s),
    ]);
    return [this.input, this.output, ...layers, this.sz.s];
  }

  /** Tokens, int32 [B, T] → logits [B, T, V]. There is no normalization layer anywhere (step 1). */
  forward(tokens: Tensor): Tensor {
    let h = this.input.gather(tokens); // [B, T, d], unit vectors here and after every update
    for (const layer of this.layers) {
      // unit(h) is h; but it keeps embeddings from getting a gradient along themselves, as in the released code.
      h = update(unit(h), this.attention(h, layer), layer.alphaA); // [10]
      h = update(h, this.mlp(h, layer), layer.alphaM); // [11]
    }
    return product(h, this.output).mul(this.sz.value()); // [1], cosines, and [3], which lets the softmax be sure
  }

  /** [12] to [16]: the state h_A, a point on the sphere, that attention would have in the place of h. */
  attention(h: Tensor, { attention, sqk }: Layer): Tensor {
    const [[B, T, d], heads, dk] = [h.shape, this.size.heads, this.size.d / this.size.heads];
    const split = (x: Tensor) => x.reshape([B, T, heads, dk]).permute([0, 2, 1, 3]); // [B, heads, T, d_k]
    const scale = sqk.value().reshape([heads, 1, dk]);
    const q = unit(rotated(split(product(h, attention.q)))).mul(scale); // [15]
    const k = unit(rotated(split(product(h, attention.k)))).mul(scale); // [16]
    const v = split(product(h, attention.v));
    // √d_k, not 1/√d_k: a product of unit vectors has variance 1/d_k, and a softmax wants 1 (step 4).
    const scores = q.matmul(k, { transposeB: true }).mul(Math.sqrt(dk));
    const future = sg.arange(T).gt(sg.arange(T).reshape([T, 1])); // 1 where a key comes after the query
    const mixed = sg.maskedFill(scores, future, -Infinity).softmax().matmul(v);
    return unit(product(mixed.permute([0, 2, 1, 3]).reshape([B, T, d]), attention.o));
  }

  /** [17] to [21]: the same, h_M, for the MLP. */
  mlp(h: Tensor, { mlp, su, sv }: Layer): Tensor {
    const u = product(h, mlp.u).mul(su.value()); // [20]
    // √d, or v would be so small that silu is a straight line there.
    const v = product(h, mlp.v).mul(sv.value()).mul(Math.sqrt(this.size.d)); // [21]
    return unit(product(u.mul(sg.silu(v)), mlp.o));
  }

  /** Every matrix back onto the sphere, along the embedding dimension, after each step (step 2). */
  normalize(): void {
    for (const p of this.parameters()) if (p.unitAxis !== null) sg.unitInPlace(p, p.unitAxis);
  }
}

type Layer = NGPT['layers'][number];

/** h ← Norm(h + α (target − h)): from h towards the target as far as α says in each dimension, and back to the sphere. */
function update(h: Tensor, target: Tensor, alpha: Scale): Tensor {
  return unit(h.add(target.sub(h).mul(alpha.value().abs())));
}

/** W x for all x in [..., in], with W [out, in]. */
function product(x: Tensor, W: Tensor): Tensor {
  return x.matmul(W, { transposeB: true });
}

/** RoPE: the pair (x₂ᵢ, x₂ᵢ₊₁) at position t turned by the angle t · 10000^(−2i/d_k); x [B, heads, T, d_k]. */
function rotated(x: Tensor): Tensor {
  const [B, heads, T, dk] = x.shape;
  const rates = Array.from({ length: dk / 2 }, (_, i) => [10000 ** ((-2 * i) / dk)]);
  const angles = tensor(rates).mul(sg.arange(T).reshape([T, 1, 1])); // [T, d_k / 2, 1]
  const [a, b] = x.reshape([B, heads, T, dk / 2, 2]).split(2, -1);
  const [cos, sin] = [angles.cos(), angles.sin()];
  return sg.concat([a.mul(cos).sub(b.mul(sin)), a.mul(sin).add(b.mul(cos))], -1).reshape(x.shape);
}

/** Rows of text [B, T + 1] are read up to the last token, and asked for what follows each. Returns the loss before the step. */
export async function trainStep(model: NGPT, adam: sg.Adam, rows: Tensor): Promise<number> {
  const loss = sg.scope(() => {
    const loss = sg.crossEntropy(model.forward(rows.slice(1, 0, -1)), rows.slice(1, 1)); // −log P of [2], in nats
    loss.backward();
    return loss.detach();
  });
  rows.dispose();
  adam.step({ maxNorm: 1 }); // without weight decay and warm-up (step 7)
  adam.zeroGrad();
  model.normalize();
  return loss.takeItem();
}

/** One token at random, as likely as softmax(logits / 0.8) says: the largest after such noise (Gumbel). */
function nextToken(model: NGPT, seen: Int32Array, generator: Generator): Tensor {
  const logits = model.forward(tensor(seen, [1, seen.length])).slice(1, -1); // [1, 1, V]
  const noise = sg.uniform(generator, [model.size.V]).log().neg().log();
  return logits.div(0.8).sub(noise).argmax();
}

async function main(): Promise<void> {
  const steps = Number(process.argv[2] ?? 300);
  if (!Number.isInteger(steps) || steps < 1) {
    console.error(`ngpt.ts: the number of steps must be whole and above 0, got ${process.argv[2]}`);
    process.exit(2);
  }
  allowFastSimd();
  await sg.init('wasm');
  const text = mobyDick();
  const characters = [...new Set(text)].sort();
  const codes = new Map(characters.map((character, code) => [character, code]));
  const encode = (part: string) => Int32Array.from(part, (character) => codes.get(character) ?? 0);
  const generator = new Generator(1);
  const size = { V: characters.length, T: 64, L: 3, heads: 4, d: 64 };
  const model = new NGPT(size, generator);
  const adam = new sg.Adam(model.parameters(), { learningRate: 0.01, beta1: 0.9, beta2: 0.95 });

  let stopped = false;
  process.once('SIGINT', () => {
    stopped = true;
  });
  const count = model.parameters().reduce((sum, { size }) => sum + size, 0);
  console.log(`${count.toLocaleString('en')} parameters, ${characters.length} characters`);
  let sum = 0;
  for (let step = 0; step < steps && !stopped; step++) {
    adam.learningRate = 0.005 * (1 + Math.cos((Math.PI * step) / steps)); // half a cosine, from 0.01 to 0
    // 16 rows from anywhere in the book, each with the character that follows its last.
    const starts = Array.from({ length: 16 }, () => generator.integer(text.length - size.T));
    const rows = encode(starts.map((start) => text.slice(start, start + size.T + 1)).join(''));
    sum += await trainStep(model, adam, tensor(rows, [16, size.T + 1]));
    if (step % 25 === 24) {
      console.log(`steps ${step - 23} to ${step + 1}: loss ${(sum / 25).toFixed(3)} nats per character`);
      sum = 0;
    }
    await setImmediate(); // lets Ctrl-C be heard
  }

  let written = 'CHAPTER 1. ';
  while (written.length < 300) {
    const code = sg.noGrad(() => sg.scope(() => nextToken(model, encode(written.slice(-size.T)), generator)));
    written += characters[await code.takeItem()];
  }
  console.log(`\n${written}`);
}

// Tests import the model, and train it on their own.
if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
