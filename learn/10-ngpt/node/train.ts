/**
 * Trains a small nGPT, then the same without one of its ingredients, then the GPT that it is made from:
 * `npx tsx learn/10-ngpt/node/train.ts`, in all a minute or so; a number behind it is that of the steps.
 */
import {
  createModel,
  createOptimizer,
  Generator,
  init,
  type LanguageModel,
  type ModelConfig,
  meanAlphas,
  modelConfig,
  NGPT,
  noGrad,
  scope,
  tensor,
} from '../../../src/index.js';
import {
  BatchSampler,
  batchTensors,
  CharTokenizer,
  mobyDick,
  textDataset,
} from '../../../src/training/node/index.js';

const STEPS = Number(process.argv[2] ?? 200);
const BLOCK = 32;
const ROWS = 8;
/** The loss that is shown is the mean over so many of the last steps. */
const LAST = 20;

await init('wasm');
const text = mobyDick();
const { train, tokenizer } = textDataset('moby-dick', text, CharTokenizer.fromText(text));

const VARIANTS: readonly (readonly [name: string, change: Partial<ModelConfig>])[] = [
  ['nGPT', {}],
  ['unit matrices only at first', { weightNorm: 'never' }],
  ['q·k times 1/√d_k', { softmaxScale: 'rsqrt' }],
  ['s_z fixed at 1', { sz: 'fixed' }],
  ['GPT', { arch: 'gpt' }],
];

console.log(
  `${tokenizer.vocabSize} characters, ${STEPS} steps; a loss of ln ${tokenizer.vocabSize} = ${fixed(Math.log(tokenizer.vocabSize))} is that of a guess`,
);
for (const [name, change] of VARIANTS) await report(name, change);

/** Trains one variant, and prints its loss and what became of its lengths and scales. */
async function report(name: string, change: Partial<ModelConfig>): Promise<void> {
  const sizes = { vocabSize: tokenizer.vocabSize, blockSize: BLOCK, nLayer: 4, nHead: 2, nEmbd: 32 };
  const model = createModel(modelConfig({ ...sizes, ...change }), new Generator(1));
  const optimizer = createOptimizer(model, { learningRate: 0.01 });
  const sampler = new BatchSampler(train, BLOCK, ROWS, new Generator(2));
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const loss = scope(() => {
      const { inputs, targets } = batchTensors(sampler.next());
      const each = model.loss(inputs, targets);
      each.backward();
      return each.detach();
    });
    losses.push(await loss.takeItem());
    optimizer.step({ maxNorm: 1 });
    optimizer.zeroGrad();
  }
  const last = losses.slice(-LAST);
  console.log(`\n${name}: loss ${fixed(last.reduce((sum, x) => sum + x) / last.length)}`);
  console.log(`  rows of the head, from the shortest to the longest: ${await rowLengths(model)}`);
  console.log(
    `  ‖h‖ after the embedding and after each block: ${(await stateLengths(model)).map(fixed).join(' ')}`,
  );
  if (!(model instanceof NGPT)) return;
  const alphas = await meanAlphas(model);
  console.log(`  α by block, of attention: ${alphas.map(({ attention }) => fixed(attention)).join(' ')}`);
  console.log(`              of the MLP:   ${alphas.map(({ mlp }) => fixed(mlp)).join(' ')}`);
  console.log(`  s_z, on average: ${fixed(noGrad(() => scope(() => model.sz.value().mean().itemSync())))}`);
}

async function rowLengths(model: LanguageModel): Promise<string> {
  const head = [...model.namedParameters()].find(([name]) => name === 'lm_head.weight');
  if (head === undefined) throw new Error('the model has no head');
  const lengths = await noGrad(() => scope(() => head[1].square().sum(-1).sqrt())).takeData();
  return `${fixed(Math.min(...lengths))} to ${fixed(Math.max(...lengths))}`;
}

/** The mean length of a hidden state, after the embedding and after each block. */
async function stateLengths(model: LanguageModel): Promise<number[]> {
  const tokens = tensor(Int32Array.from(train.subarray(0, BLOCK)), [1, BLOCK]);
  const states = noGrad(() => scope(() => model.hiddenStates(tokens)));
  return states.map((h) => scope(() => h.square().sum(-1).sqrt().mean().itemSync()));
}

function fixed(x: number): string {
  return x.toFixed(3);
}
