/** The still pictures of the figures, by their file in docs/learn/figures; `npm run figures` writes them. */
import { drawAttention } from './attention/draw.js';
import { measureAttention } from './attention/measure.js';
import { exactBackend, freshWasmBackend } from './base/engine.js';
import type { Drawing } from './base/svg.js';
import { drawBroadcast, finalState } from './broadcast/draw.js';
import { broadcastOf } from './broadcast/sums.js';
import { drawJacobian } from './jacobian/draw.js';
import { unitSlopes, START as X } from './jacobian/slopes.js';
import { rowOf } from './lanes/count.js';
import { drawLanes } from './lanes/draw.js';
import { drawLifetimes, measureLifetimes } from './lifetimes/draw.js';
import { drawMemory } from './memory/draw.js';
import { measureStep } from './memory/measure.js';
import { drawSphereStep } from './sphere-step/draw.js';
import { START, sphereStepOf } from './sphere-step/geometry.js';
import { drawTape } from './tape/draw.js';
import { record } from './tape/record.js';
import { lastStep } from './tape/steps.js';
import { drawWaits } from './waits/draw.js';
import { LATE, ownedParameters } from './waits/step.js';

/** What the still pictures of tapes show: what the page's figure begins with. */
export const TAPES = {
  'tape.svg': '(a * b + c) * a',
  'tape-of-tensors.svg': 'w = [1, 2, 3]; x = [0.5, -1, 2]; sum(square(tanh(w*x) + 1))',
  'topological-order.svg': 'x = 0.5; y = 2; a = x*y; b = tanh(a); c = a + b; c*b',
} as const;

export const STILLS: Readonly<Record<string, () => Promise<Drawing>>> = {
  'tape.svg': () => tape(TAPES['tape.svg']),
  'tape-of-tensors.svg': () => tape(TAPES['tape-of-tensors.svg']),
  'topological-order.svg': () => tape(TAPES['topological-order.svg'], true),
  'buffer-lifetimes.svg': async () => drawLifetimes(measureLifetimes(await freshWasmBackend())),
  'sphere-step-figure.svg': async () => drawSphereStep(START, sphereStepOf(START, await exactBackend())),
  'broadcast.svg': async () => drawBroadcast(finalState(broadcastOf([2, 3], [3], await exactBackend()))),
  'jacobian.svg': async () => drawJacobian(unitSlopes(X, await exactBackend())),
  'attention.svg': async () =>
    drawAttention({ memory: measureAttention(256, await freshWasmBackend()), block: 1 }),
  'memory.svg': async () => {
    const memory = measureStep(await freshWasmBackend());
    return drawMemory({ memory, moment: memory.begins.backward }, 640);
  },
  'lanes.svg': async () => {
    const row = rowOf(await exactBackend());
    return drawLanes({ row, lanes: 4, isFused: false, step: 10 }, 480);
  },
  'waits.svg': async () =>
    drawWaits({ owned: ownedParameters(await exactBackend()), late: LATE, step: 0 }, 640),
};

async function tape(source: string, ordered = false): Promise<Drawing> {
  const recording = record(source, await exactBackend());
  return drawTape({ recording, step: lastStep(recording), ordered });
}
