/**
 * A curve through noisy points: the network never sees the curve, only points that scatter about it, and finds something
 * closer to the curve than the points are. Writes a picture. Run it: npx tsx examples/regression.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { DOMImplementation, XMLSerializer } from '@xmldom/xmldom';
import * as sg from 'spheregrad';

await sg.init('wasm');
const generator = new sg.Generator(1);
const curve = (x: number) => Math.sin(3 * x) + x / 2;
const NOISE = 0.2; // standard deviation of the points about the curve
const xs = Array.from({ length: 80 }, () => 4 * generator.uniform() - 2);
const ys = xs.map((x) => curve(x) + NOISE * generator.normal());
const column = (values: readonly number[]) => sg.tensor(values, [values.length, 1]);
const [inputs, targets] = [column(xs), column(ys)];

const network = new sg.Sequential(
  new sg.Linear(1, 32, generator, { bias: true }),
  new sg.Tanh(), // smooth, so the curve is
  new sg.Linear(32, 32, generator, { bias: true }),
  new sg.Tanh(),
  new sg.Linear(32, 1, generator, { bias: true }),
);
const STEPS = 500;
const rate = sg.cosineSchedule({ learningRate: 0.01, totalSteps: STEPS }); // large steps first, then ever finer ones
const optimizer = new sg.Adam(network.namedParameters(), { learningRate: rate(0) });
for (let step = 0; step < STEPS; step++) {
  const loss = sg.scope(() => {
    const loss = sg.mseLoss(network.forward(inputs), targets);
    loss.backward();
    return loss.detach();
  });
  const value = await loss.takeItem(); // reads the number and frees the tensor
  if (step % 100 === 0) console.log(`step ${step}: mean squared error ${value.toFixed(4)}`);
  optimizer.learningRate = rate(step);
  optimizer.step();
  optimizer.zeroGrad();
}

const grid = Array.from({ length: 201 }, (_, i) => -2 + i / 50);
const fitted = await sg.scope(() => network.forward(column(grid))).takeData();
const mean = grid.reduce((sum, x, i) => sum + (fitted[i] - curve(x)) ** 2, 0) / grid.length;
console.log(
  `from the curve: the points ${NOISE.toFixed(3)}, the network ${Math.sqrt(mean).toFixed(3)} (root mean square)`,
);

// Plot draws in any document, also in one without a browser.
const document = new DOMImplementation().createDocument('http://www.w3.org/1999/xhtml', 'html', null);
const line = (y: (x: number, i: number) => number) => grid.map((x, i) => [x, y(x, i)] as const);
const picture = Plot.plot({
  document: document as unknown as Document,
  marks: [
    Plot.dot(
      xs.map((x, i) => [x, ys[i]] as const),
      { fill: 'gray', r: 2.5 },
    ),
    Plot.line(line(curve), { stroke: 'black', strokeDasharray: '4 4' }),
    Plot.line(
      line((_, i) => fitted[i]),
      { stroke: 'crimson', strokeWidth: 2 },
    ),
  ],
});
picture.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
mkdirSync('out', { recursive: true });
writeFileSync('out/regression.svg', new XMLSerializer().serializeToString(picture as never));
console.log('out/regression.svg: the points, the curve (dashed), the network (red)');
