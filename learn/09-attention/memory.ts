/** What attention keeps for its backward pass, as one op and as its definition: `npx tsx learn/09-attention/memory.ts`. */
import {
  attention,
  currentBackend,
  explain,
  Generator,
  gradients,
  init,
  liveBuffers,
  normal,
  scope,
  type Tensor,
} from '../../src/index.js';
import { attentionDefinition } from '../../src/tensor/ops/fused.js';

await init('wasm');
const [HEADS, HEAD_DIM, RUNS] = [4, 32, 5];
const SCALE = 1 / Math.sqrt(HEAD_DIM);
const generator = new Generator(1);

type Attention = typeof attention;

interface Measured {
  /** By which the forward pass makes the memory in use larger, the result included. */
  readonly grown: number;
  /** What the tape keeps, inputs included. */
  readonly kept: number;
  /** Milliseconds that the processor works, forward and backward: the least of some runs. */
  readonly time: number;
}

function measure(f: Attention, inputs: readonly [Tensor, Tensor, Tensor]): Measured {
  const runs = Array.from({ length: RUNS }, () =>
    scope(() => {
      const before = currentBackend().memory().bytes;
      const start = process.cpuUsage();
      const y = f(...inputs, SCALE);
      const forward = process.cpuUsage(start);
      const grown = currentBackend().memory().bytes - before;
      const kept = explain(y).bytes;
      const middle = process.cpuUsage();
      gradients(y.sum(), inputs);
      const backward = process.cpuUsage(middle);
      const time = (forward.user + forward.system + backward.user + backward.system) / 1000;
      return { grown, kept, time };
    }),
  );
  return { ...runs[0], time: Math.min(...runs.map(({ time }) => time)) };
}

const inKB = (bytes: number) => Math.round(bytes / 1024).toLocaleString('en');
const columns = (cells: readonly (string | number)[]) =>
  cells.map((cell) => String(cell).padStart(10)).join('');

console.log(`one sequence, ${HEADS} heads of ${HEAD_DIM}; KiB, and ms of the processor`);
console.log(columns(['', 'one op:', '', '', 'defined:', '', '']));
console.log(columns(['T', 'kept', 'grown', 'ms', 'kept', 'grown', 'ms']));
for (const length of [64, 128, 256, 512, 1024]) {
  scope(() => {
    const draw = () => normal(generator, [1, length, HEADS, HEAD_DIM]).setRequiresGrad();
    const inputs = [draw(), draw(), draw()] as const;
    const cells = [attention, attentionDefinition].flatMap((f) => {
      const { kept, grown, time } = measure(f, inputs);
      return [inKB(kept), inKB(grown), time.toFixed(1)];
    });
    console.log(columns([length, ...cells]));
  });
}
console.log(`${liveBuffers()} buffers left`);
