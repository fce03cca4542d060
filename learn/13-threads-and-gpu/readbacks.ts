/** What a step asks of the gpu backend, which counts it: `npx tsx learn/13-threads-and-gpu/readbacks.ts`. */
import { Adam, gradientClipScale, gradientNorm, init, Parameter, scope, tensor } from '../../src/index.js';

// On the CPU, so that it runs anywhere. The counts are those of a GPU.
const gpu = await init('gpu', { mode: 'cpu' });
const w = new Parameter(tensor([3, 4]));
const optimizer = new Adam([w], { learningRate: 0.01 });

/** A step whose clip factor is a tensor of the device. */
async function onDevice(): Promise<void> {
  const loss = backward();
  optimizer.step({ gradientScale: scope(() => gradientClipScale([w], 1).scale) });
  optimizer.zeroGrad();
  await loss.takeItem();
}

/** The same, but the host wants to know the length of the gradient before it goes on. */
async function onHost(): Promise<void> {
  const loss = backward();
  const norm = await scope(() => gradientNorm([w])).takeItem();
  optimizer.step({ gradientScale: scope(() => tensor(Math.min(1, 1 / (norm + 1e-6)))) });
  optimizer.zeroGrad();
  await loss.takeItem();
}

function backward() {
  return scope(() => {
    const loss = w
      .sub(tensor([1, 1]))
      .square()
      .sum();
    loss.backward();
    return loss.detach();
  });
}

async function counted(step: () => Promise<void>): Promise<string> {
  const before = gpu.counters!();
  await step();
  const after = gpu.counters!();
  return (['launches', 'uploads', 'readbacks'] as const)
    .map((what) => `${what} ${after[what] - before[what]}`)
    .join(', ');
}

// The first step makes Adam's moments.
await onDevice();
console.log(`factor on the device: ${await counted(onDevice)}`);
console.log(`factor by the host:   ${await counted(onHost)}`);
