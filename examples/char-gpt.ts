/**
 * A GPT that reads and writes characters, from the library's layers: embeddings, blocks of attention and MLP that add to a
 * running sum, and logits. (ngpt.ts beside it is the same on the sphere.) It learns from Moby Dick.
 * Run it: npx tsx examples/char-gpt.ts [STEPS]
 */
import * as sg from 'spheregrad';
import { allowFastSimd, BatchSampler, batchTensors, CharTokenizer, mobyDick } from 'spheregrad/training';

const steps = Number(process.argv[2] ?? 300);
if (!Number.isInteger(steps) || steps < 1) {
  console.error(`char-gpt.ts: the number of steps must be whole and above 0, got ${process.argv[2]}`);
  process.exit(2);
}
allowFastSimd();
await sg.init('wasm');
const [BLOCK, BATCH, WIDTH, HEADS, LAYERS] = [64, 16, 64, 4, 3]; // BLOCK characters at most are seen at once
const generator = new sg.Generator(1);
const text = mobyDick();
const tokenizer = CharTokenizer.fromText(text);
const rotary = new sg.Rotary(BLOCK, WIDTH / HEADS); // tells queries and keys where in the text they are

/** x + attention(norm(x)), then x + mlp(norm(x)): each half looks at x and adds what it makes of it. */
class Block extends sg.Module {
  readonly normA = this.register('norm_a', new sg.RMSNorm(WIDTH));
  readonly attention = this.register(
    'attention',
    new sg.CausalSelfAttention(WIDTH, HEADS, generator, { rotary }),
  );
  readonly normM = this.register('norm_m', new sg.RMSNorm(WIDTH));
  readonly mlp = this.register('mlp', new sg.SwiGLUMLP(WIDTH, 4 * WIDTH, generator));
  forward(x: sg.Tensor): sg.Tensor {
    const y = x.add(this.attention.forward(this.normA.forward(x)));
    return y.add(this.mlp.forward(this.normM.forward(y)));
  }
}

/** Tokens, int32 [B, T] → a score for each character that may follow each: logits [B, T, V]. */
const gpt = new sg.Sequential(
  new sg.Embedding(tokenizer.vocabSize, WIDTH, generator, {
    initialiser: sg.initialise.normal({ std: 0.02 }),
  }),
  ...Array.from({ length: LAYERS }, () => new Block()),
  new sg.RMSNorm(WIDTH),
  new sg.Linear(WIDTH, tokenizer.vocabSize, generator),
);
console.log(`${gpt.parameterCount().toLocaleString('en')} parameters, ${tokenizer.vocabSize} characters`);

const rate = sg.cosineSchedule({ learningRate: 3e-3, warmupSteps: 20, totalSteps: steps });
const optimizer = new sg.AdamW(gpt.namedParameters(), { learningRate: rate(0) });
const sampler = new BatchSampler(tokenizer.encode(text), BLOCK, BATCH, generator);
let sum = 0;
for (let step = 0; step < steps; step++) {
  const loss = sg.scope(() => {
    const { inputs, targets } = batchTensors(sampler.next()); // the targets are the inputs, one character later
    const loss = sg.crossEntropy(gpt.forward(inputs), targets);
    loss.backward();
    return loss.detach();
  });
  sum += await loss.takeItem();
  optimizer.learningRate = rate(step);
  optimizer.step({ maxNorm: 1 });
  optimizer.zeroGrad();
  if (step % 25 === 24) {
    console.log(`steps ${step - 23} to ${step + 1}: loss ${(sum / 25).toFixed(3)} nats per character`);
    sum = 0;
  }
}

const tokens = [...tokenizer.encode('CHAPTER 1. ')];
while (tokens.length < 300) {
  const seen = tokens.slice(-BLOCK);
  const logits = sg.noGrad(() =>
    sg.scope(() => gpt.forward(sg.tensor(Int32Array.from(seen), [1, seen.length])).slice(1, -1)),
  );
  // At a temperature below 1 likely characters become likelier.
  tokens.push(sg.sampleToken(await logits.takeData(), { temperature: 0.8 }, generator));
}
console.log(`\n${tokenizer.decode(tokens)}`);
