/**
 * Fine-tuning: a model that has learned English from Moby Dick goes on with a text of yours, of which a tenth is held out.
 * It begins with what `npm start` left in out/demo, or else with a small model that it trains first.
 * Run it: npx tsx examples/finetune.ts [FILE] [STEPS], by default with this project's README.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as sg from 'spheregrad';
import * as training from 'spheregrad/training';

const [file = fileURLToPath(new URL('../README.md', import.meta.url)), steps = '200'] = process.argv.slice(2);
const demo = `out/demo/${training.LAST_CHECKPOINT}`;

/** Trains on random blocks of tokens, at rates from `learningRate` down to 0. */
async function learn(model: sg.LanguageModel, tokens: training.Tokens, steps: number, learningRate: number) {
  const rate = sg.cosineSchedule({ learningRate, totalSteps: steps });
  const optimizer = sg.createOptimizer(model, { learningRate });
  const sampler = new training.BatchSampler(tokens, model.config.blockSize, 16, new sg.Generator(2));
  for (let step = 0; step < steps; step++) {
    sg.scope(() => {
      const { inputs, targets } = training.batchTensors(sampler.next());
      model.loss(inputs, targets).backward();
    });
    optimizer.learningRate = rate(step);
    optimizer.step({ maxNorm: 1 });
    optimizer.zeroGrad();
  }
}

async function main() {
  if (!/^[1-9]\d*$/.test(steps)) throw new sg.DataError(`the steps must be a number above 0, got ${steps}`);
  const text = await training.readTextFile(file); // first, so that nothing is trained for a typo
  training.allowFastSimd();
  await sg.init('wasm');
  const novel = training.mobyDick();
  const tokenizer = training.CharTokenizer.fromText(novel);
  const sea = training.textDataset('moby-dick', novel, tokenizer);
  let model: sg.LanguageModel;
  if (existsSync(demo)) {
    console.log(`begins with ${demo}`);
    ({ model } = await training.loadModel(await training.readCheckpoint(demo)));
  } else {
    console.log(`begins with a small model, ${steps} steps on Moby Dick; npm start leaves a better one`);
    const size = { vocabSize: tokenizer.vocabSize, blockSize: 64, nLayer: 2, nHead: 4, nEmbd: 64 };
    model = sg.createModel(sg.modelConfig(size), new sg.Generator(1));
    await learn(model, sea.train, Number(steps), 0.01);
  }

  // A model of characters knows no others than those that it was trained with.
  const known = new Set(novel);
  const readable = [...text].filter((character) => known.has(character)).join('');
  console.log(
    `leaves out ${text.length - readable.length} of ${text.length} characters: Moby Dick lacks them`,
  );
  const own = training.textDataset(file, readable, tokenizer);
  const report = async (when: string) => {
    const estimate = { batchSize: 16, evalIters: 8, seed: 1 };
    const [held, old] = [
      await training.estimateLoss(model, own.val, estimate),
      await training.estimateLoss(model, sea.val, estimate),
    ];
    console.log(`${when}: loss ${held.toFixed(3)} nats on what is held out, ${old.toFixed(3)} on Moby Dick`);
    const sampling = { maxNewTokens: 120, temperature: 0.8, generator: new sg.Generator(1) };
    const written = await sg.generate(model, [...own.val.slice(0, 30)], sampling);
    console.log(`  ${JSON.stringify(tokenizer.decode(written))}`);
  };
  await report('before');
  await learn(model, own.train, Number(steps), 0.003); // a lower rate, so that it forgets less of what it knew
  await report(`after ${steps} steps`);
}

await main().catch((error: unknown) => {
  if (!(error instanceof sg.DataError || error instanceof sg.CheckpointError)) throw error;
  console.error(`finetune.ts: ${error.message}`);
  process.exitCode = 2;
});
