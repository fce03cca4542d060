/** `npm run bench:launches`: what a training step asks of a GPU, with and without fused kernels. */
import { Command } from 'commander';
import {
  type Architecture,
  type Counters,
  createBackend,
  createModel,
  createOptimizer,
  Generator,
  gradientClipScale,
  type LanguageModel,
  modelConfig,
  type Optimizer,
  scope,
  withBackend,
} from '../src/index.js';
import type { GpuBackend } from '../src/tensor/backends/gpu/index.js';
import type { Batch } from '../src/training/data/batches.js';
import { batchTensors } from '../src/training/data/batches.js';

const PARTS = ['forward', 'backward', 'clip', 'update'] as const;
type Cost = Pick<Counters, 'launches' | 'uploads' | 'readbacks'>;
type StepCost = Readonly<Record<(typeof PARTS)[number] | 'loss', Cost>>;

const SIZES = { vocabSize: 65, blockSize: 32, nLayer: 2, nHead: 2, nEmbd: 32 } as const;
const BATCH = 4;

const program = new Command('bench:launches')
  .description('Counts the launches, uploads and readbacks of a training step on the gpu backend.')
  .parse();
if (program.args.length > 0) program.error(`unexpected argument ${program.args[0]}`);

// The counts are the same in every mode, but for WebGL: there each product spreads its result in one launch more.
const backend = (await createBackend('gpu', { mode: 'cpu' })) as GpuBackend;
const composed: GpuBackend = Object.create(backend, { fused: { value: {} } });
console.log(`launches of one step, ${SIZES.nLayer} layers, ${BATCH} x ${SIZES.blockSize} tokens\n`);
console.log('| model | kernels | forward | backward | clip | update | all | uploads | readbacks |');
console.log('|---|---|---|---|---|---|---|---|---|');
for (const arch of ['ngpt', 'gpt'] as const) {
  console.log(row(arch, 'definitions', await stepCost(arch, composed)));
  console.log(row(arch, 'fused', await stepCost(arch, backend)));
}

function row(arch: Architecture, kernels: string, cost: StepCost): string {
  const sum = (of: keyof Cost) => Object.values(cost).reduce((total, part) => total + part[of], 0);
  const parts = PARTS.map((part) => cost[part].launches);
  return `| ${[arch, kernels, ...parts, sum('launches'), sum('uploads'), sum('readbacks')].join(' | ')} |`;
}

async function stepCost(arch: Architecture, on: GpuBackend): Promise<StepCost> {
  const generator = new Generator(1);
  const model = withBackend(on, () => createModel(modelConfig({ ...SIZES, arch }), generator));
  const optimizer = createOptimizer(model, { learningRate: 1e-3 });
  // The first step makes the tables of rotary position embeddings and the moments of Adam.
  await step(model, optimizer, on, generator);
  const cost = await step(model, optimizer, on, generator);
  optimizer.dispose();
  model.dispose();
  return cost;
}

async function step(
  model: LanguageModel,
  optimizer: Optimizer,
  on: GpuBackend,
  generator: Generator,
): Promise<StepCost> {
  const count = 2 * BATCH * SIZES.blockSize;
  const tokens = Int32Array.from({ length: count }, () => generator.integer(SIZES.vocabSize));
  const batch: Batch = { tokens, rows: BATCH, blockSize: SIZES.blockSize };
  const marks = [on.counters()];
  const mark = () => marks.push(on.counters());
  const loss = scope(() => {
    const { inputs, targets } = withBackend(on, () => batchTensors(batch));
    const mean = model.loss(inputs, targets);
    mark();
    mean.backward();
    mark();
    return mean.detach();
  });
  scope(() => {
    const { scale } = gradientClipScale(model.parameters(), 1);
    mark();
    optimizer.step({ gradientScale: scale });
    mark();
  });
  optimizer.zeroGrad();
  await loss.takeItem();
  mark();
  const costs = marks.slice(1).map((after, i) => difference(marks[i], after));
  const [forward, backward, clip, update, read] = costs;
  return { forward, backward, clip, update, loss: read };
}

function difference(before: Cost, after: Cost): Cost {
  return {
    launches: after.launches - before.launches,
    uploads: after.uploads - before.uploads,
    readbacks: after.readbacks - before.readbacks,
  };
}
