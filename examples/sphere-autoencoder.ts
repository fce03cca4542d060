/**
 * An autoencoder whose codes are points on a sphere. Sources somewhere on a globe are heard by 40 sensors all over it; the
 * network gets only what the sensors hear, has to tell it by 3 numbers of length 1, and so draws a map of the globe.
 * Run it: npx tsx examples/sphere-autoencoder.ts
 */
import * as sg from 'spheregrad';

await sg.init('wasm');
const generator = new sg.Generator(1);
const SENSORS = 40;
/** n points, evenly spread over the globe: a normal distribution looks alike from all directions. */
const onGlobe = (n: number) => sg.unit(sg.normal(generator, [n, 3]));
const sensors = onGlobe(SENSORS);

/** What the sensors hear of sources [n, 3], the less the further away: [n, SENSORS]. */
const heard = (sources: sg.Tensor) =>
  sg.scope(() => sources.matmul(sensors, { transposeB: true }).sub(1).mul(2).exp());
const noisy = (clean: sg.Tensor) => clean.add(sg.normal(generator, clean.shape, { std: 0.02 }));

const encoder = new sg.Sequential(
  new sg.Linear(SENSORS, 64, generator, { bias: true }),
  new sg.Tanh(),
  new sg.Linear(64, 3, generator),
);
const decoder = new sg.Sequential(
  new sg.Linear(3, 64, generator, { bias: true }),
  new sg.Tanh(),
  new sg.Linear(64, SENSORS, generator, { bias: true }),
);
/** Codes [n, 3]. Where it would stand without unit, a source's loudness could be told by its length; here there is none. */
const encode = (x: sg.Tensor) => sg.unit(encoder.forward(x));

const STEPS = 1500;
const rate = sg.cosineSchedule({ learningRate: 0.01, totalSteps: STEPS });
const parameters = [...encoder.parameters(), ...decoder.parameters()];
const optimizer = new sg.Adam(parameters, { learningRate: rate(0) });
for (let step = 0; step < STEPS; step++) {
  const loss = sg.scope(() => {
    const clean = heard(onGlobe(64)); // new sources in every step: nothing to learn by heart
    const loss = sg.mseLoss(decoder.forward(encode(noisy(clean))), clean);
    loss.backward();
    return loss.detach();
  });
  const value = await loss.takeItem();
  if (step % 300 === 0) console.log(`step ${step}: root mean square error ${Math.sqrt(value).toFixed(4)}`);
  optimizer.learningRate = rate(step);
  optimizer.step();
  optimizer.zeroGrad();
}

/** Angles in degrees between all pairs of unit vectors [n, 3]: [n, n]. */
function angles(points: sg.Tensor): sg.Tensor {
  const pair = (x: sg.Tensor, axis: number) => sg.unsqueeze(x, axis);
  return sg.hypersphere.geodesicDistance(pair(points, 0), pair(points, 1)).mul(180 / Math.PI);
}

sg.noGrad(() =>
  sg.scope(() => {
    const sources = onGlobe(200);
    const clean = heard(sources);
    const codes = encode(noisy(clean));
    const root = (x: sg.Tensor) => x.square().mean().sqrt().itemSync().toFixed(4);
    console.log(
      `readings off by ${root(decoder.forward(codes).sub(clean))}; always the mean: ${root(clean.sub(clean.mean(0)))}`,
    );
    // How the map is turned means nothing, so what is compared is how far apart any two of the sources are.
    const [between, onMap] = [angles(sources), angles(codes)];
    const chance = onMap
      .sub(angles(onGlobe(200)))
      .abs()
      .mean()
      .itemSync();
    const error = onMap.sub(between).abs().mean().itemSync();
    console.log(
      `angles between sources, on the map and on the globe: ${error.toFixed(1)}° apart; by chance ${chance.toFixed(1)}°`,
    );
  }),
);
