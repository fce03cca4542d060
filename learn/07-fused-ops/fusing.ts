/** What fusing saves: `npx tsx learn/07-fused-ops/fusing.ts`. Each op as one kernel, and as the primitives that define it. */
import {
  crossEntropyRows,
  explain,
  Generator,
  gradients,
  init,
  normal,
  randint,
  rmsNorm,
  scope,
  softmax,
  sphereStep,
  type Tensor,
  unit,
} from '../../src/index.js';
import {
  crossEntropyDefinition,
  rmsNormDefinition,
  softmaxDefinition,
  sphereStepDefinition,
  unitDefinition,
} from '../../src/tensor/ops/fused.js';

await init('wasm');
const [ROWS, COLUMNS, RUNS] = [768, 512, 25];
const generator = new Generator(1);
const input = normal(generator, [ROWS, COLUMNS]).setRequiresGrad();
const target = unit(normal(generator, [ROWS, COLUMNS]));
const weight = normal(generator, [COLUMNS]);
const words = randint(generator, 0, COLUMNS, [ROWS]);

type Op = (x: Tensor) => Tensor;

const OPS: Record<string, { fused: Op; composite: Op }> = {
  unit: { fused: unit, composite: unitDefinition },
  rmsNorm: { fused: (x) => rmsNorm(x, weight), composite: (x) => rmsNormDefinition(x, weight, 1e-6) },
  softmax: { fused: softmax, composite: softmaxDefinition },
  crossEntropy: {
    fused: (x) => crossEntropyRows(x, words),
    composite: (x) => crossEntropyDefinition(x, words, -1),
  },
  sphereStep: {
    fused: (x) => sphereStep(x, target, weight),
    composite: (x) => sphereStepDefinition(x, target, weight),
  },
};

/** What the tape keeps for f, in tensors of the size of x. */
function kept(f: Op): number {
  // A product with a number keeps nothing: whether x is kept is up to f.
  return scope(() => explain(f(input.mul(0.5))).bytes / (4 * input.size));
}

/** Milliseconds that the processor works, forward and backward: the least of some runs. */
function time(f: Op): number {
  const times = Array.from({ length: RUNS }, () =>
    scope(() => {
      const x = input.mul(0.5);
      // Not the time on the clock, during which other programs run, too.
      const start = process.cpuUsage();
      gradients(f(x).sum(), [x]);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    }),
  );
  return Math.min(...times);
}

console.log(`x [${ROWS}, ${COLUMNS}]; kept: in tensors of that size; time: forward and backward, in ms`);
console.log('op             kept, fused  in primitives    time, fused  in primitives');
for (const [name, { fused, composite }] of Object.entries(OPS)) {
  const numbers = [kept(fused), kept(composite), time(fused), time(composite)];
  console.log(`${name.padEnd(12)}${numbers.map((x) => x.toFixed(2).padStart(14)).join('')}`);
}
