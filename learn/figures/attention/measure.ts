/** What attention keeps for its derivative: as the fused op, and as ops that keep their weights. Measured, not reckoned. */
import {
  attention,
  attentionWeights,
  type Backend,
  Generator,
  normal,
  permute,
  scope,
  type Tensor,
} from '../../../src/index.js';
import { computed } from '../base/engine.js';
import { watched } from '../base/watch.js';

/** Of one head. */
export const HEAD_DIM = 32;
/** As in the kernel: `BLOCK_ROWS` in assembly/attention. */
export const BLOCK_ROWS = 64;

export interface Kept {
  /** Bytes that are there after the forward pass and were not before, the output included. */
  readonly afterForward: number;
  /** The most that there were during the backward pass. */
  readonly most: number;
}

export interface AttentionMemory {
  readonly length: number;
  /** q, k and v, which are there before. */
  readonly inputs: number;
  readonly fused: Kept;
  readonly composed: Kept;
  /** The weights of the largest block, which the kernel has outside of all buffers: rows × keys × 4 bytes. */
  readonly block: number;
}

type Attention = (q: Tensor, k: Tensor, v: Tensor, scale: number) => Tensor;

export function measureAttention(length: number, on: Backend): AttentionMemory {
  const inputs = 3 * length * HEAD_DIM * 4;
  const block = Math.min(BLOCK_ROWS, length) * length * 4;
  return {
    length,
    inputs,
    fused: measured(length, attention, on),
    composed: measured(length, composed, on),
    block,
  };
}

/** The definition of attention, in ops of which each is recorded. */
const composed: Attention = (q, k, v, scale) => {
  const [queries, keys, values] = [q, k, v].map((x) => permute(x, [0, 2, 1, 3]));
  return permute(attentionWeights(queries, keys, scale).matmul(values), [0, 2, 1, 3]);
};

function measured(length: number, f: Attention, on: Backend): Kept {
  const { backend, events } = watched(on);
  return computed(backend, () => {
    const generator = new Generator(1);
    const [q, k, v] = [0, 1, 2].map(() => normal(generator, [1, length, 1, HEAD_DIM]).setRequiresGrad());
    const before = on.memory().bytes;
    const out = scope(() => f(q, k, v, Math.sqrt(HEAD_DIM)));
    const afterForward = on.memory().bytes - before;
    const from = events.length;
    scope(() => out.sum().backward());
    const most = events.slice(from).reduce((largest, { bytes }) => Math.max(largest, bytes - before), 0);
    for (const x of [q, k, v]) x.grad?.dispose();
    return { afterForward, most };
  });
}
