// One process from its start to the end of the first training step of `nano-cpu`, as a program does it that uses the
// library: prints a JSON object with the milliseconds since the start of the process at which each stage ended.
const stages = [];
const mark = (stage) => stages.push({ stage, at: performance.now() });

mark('process');
const { createModel, createOptimizer, Generator, init, modelConfig, scope, tensor } = await import(
  '../../dist/index.js'
);
const isFast = process.argv.includes('--fast-simd');
if (isFast) (await import('../../dist/training/node/index.js')).allowFastSimd();
mark('import');
const { mode } = await init('wasm');
mark('init');
const generator = new Generator(1);
const config = modelConfig({ vocabSize: 65, nLayer: 4, nHead: 4, nEmbd: 128, blockSize: 64 });
const model = createModel(config, generator);
const optimizer = createOptimizer(model, { learningRate: 1e-3 });
mark('model');
const tokens = () =>
  tensor(
    Int32Array.from({ length: 12 * 64 }, () => generator.integer(65)),
    [12, 64],
  );
const [inputs, targets] = [tokens(), tokens()];
const loss = scope(() => {
  const loss = model.loss(inputs, targets);
  loss.backward();
  return loss;
});
optimizer.step({ maxNorm: 1 });
optimizer.zeroGrad();
if (!Number.isFinite(await loss.item())) throw new Error('the loss is no number');
mark('first step');
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ mode, stages, cpu: (user + system) / 1000 }));
