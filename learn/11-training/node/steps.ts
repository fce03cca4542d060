/**
 * Training steps written out, with what happens on the way: `npx tsx learn/11-training/node/steps.ts`, some ten seconds.
 * `trainStep` in src/training/loop/train-step.ts does the same, and takes care of memory, threads and failures besides.
 */
import {
  cosineSchedule,
  createModel,
  createOptimizer,
  Generator,
  gradientClipScale,
  hypersphere,
  init,
  modelConfig,
  NGPT,
  noGrad,
  scope,
  type Tensor,
} from '../../../src/index.js';
import {
  BatchSampler,
  batchTensors,
  CharTokenizer,
  mobyDick,
  textDataset,
} from '../../../src/training/node/index.js';

const STEPS = 200;
const WIDTH = 64;
const BLOCK = 32;

await init('wasm');
const text = mobyDick();
const { train, tokenizer } = textDataset('moby-dick', text, CharTokenizer.fromText(text));
const sizes = { vocabSize: tokenizer.vocabSize, blockSize: BLOCK, nLayer: 2, nHead: 2, nEmbd: WIDTH };
const model = createModel(modelConfig(sizes), new Generator(1));
if (!(model instanceof NGPT)) throw new Error('steps.ts looks into an nGPT');
const optimizer = createOptimizer(model, { learningRate: 0 });
const sampler = new BatchSampler(train, BLOCK, 8, new Generator(2));
const schedule = cosineSchedule({ learningRate: 0.01, totalSteps: STEPS });
const rows = model.blocks[0].attention.query.weight;

console.log('step   loss  ‖g‖ before  clipped to  rate     a row of W_q turns: mean, most  rate √d  ‖w‖ − 1');
for (let step = 0; step < STEPS; step++) {
  const { inputs, targets } = batchTensors(sampler.next());
  const loss = scope(() => {
    const forward = model.loss(inputs, targets);
    forward.backward();
    return forward.detach();
  });
  const { norm, scale } = gradientClipScale([...model.parameters()], 1);
  optimizer.learningRate = schedule(step);
  const before = noGrad(() => rows.add(0));
  optimizer.step({ gradientScale: scale });
  optimizer.zeroGrad();
  if ([0, 1, 9, 99, 199].includes(step)) await print(step, { loss, norm, scale, before });
  for (const used of [inputs, targets, loss, norm, scale, before]) used.dispose();
}

interface Seen {
  readonly loss: Tensor;
  readonly norm: Tensor;
  readonly scale: Tensor;
  readonly before: Tensor;
}

async function print(step: number, { loss, norm, scale, before }: Seen): Promise<void> {
  const angles = noGrad(() => scope(() => hypersphere.geodesicDistance(before, rows)));
  const turned = Array.from(await angles.takeData());
  const mean = turned.reduce((sum, angle) => sum + angle) / turned.length;
  const length = await noGrad(() => scope(() => rows.square().sum(-1).sqrt().sub(1).abs().max())).takeItem();
  const [before_, factor] = [await norm.item(), await scale.item()];
  const columns = [
    String(step + 1).padStart(4),
    (await loss.item()).toFixed(3).padStart(6),
    before_.toFixed(3).padStart(11),
    (before_ * factor).toFixed(3).padStart(11),
    optimizer.learningRate.toFixed(5).padStart(8),
    `${mean.toFixed(4)}, ${Math.max(...turned).toFixed(4)}`.padStart(31),
    (optimizer.learningRate * Math.sqrt(WIDTH)).toFixed(4).padStart(8),
    length.toExponential(0).padStart(8),
  ];
  console.log(columns.join(' '));
}
