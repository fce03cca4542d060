/**
 * Attention as shaders. The weights of a whole call are in memory at once.
 * Explained in docs/learn/09-attention.md and docs/gpu.md.
 */
import type { FusedKernels, Operand } from '../../backend.js';
import type { Shape } from '../../shape.js';
import type { Device } from './runtime/device.js';
import { indices, type Program, program } from './runtime/program.js';

type Softmax = Pick<FusedKernels, 'softmax' | 'softmaxBackward'>;

/**
 * The score of a key that its query may not see: next to the lowest float32, since shaders may treat infinity as they
 * like. Less the largest score of its row its exponential is 0.
 */
const MASKED = -3.4e38;

/** q [B, T, H, D], k and v [B, S, H, D]; the weights between them lie on the device as [B, H, T, S]. */
export function attentionKernels(
  device: Device,
  { softmax, softmaxBackward }: Softmax,
): Pick<FusedKernels, 'attention' | 'attentionBackward'> {
  function weightsOf(q: Operand, k: Operand, scale: number): Operand {
    const shape = weightsShape(q, k);
    const scores = device.compute(pairsProgram(q, k, true), [q, k], shape, [scale]);
    const weights = { ...scores, buffer: softmax(scores) };
    device.freeAll(scores);
    return weights;
  }

  return {
    attention(q, k, v, scale) {
      const weights = weightsOf(q, k, scale);
      const y = device.compute(overKeysProgram(q, k), [weights, v], q.shape, [1]);
      device.freeAll(weights);
      return y.buffer;
    },

    attentionBackward(gradient, q, k, v, scale) {
      const weights = weightsOf(q, k, scale);
      const ofWeights = device.compute(pairsProgram(q, k, false), [gradient, v], weights.shape, [1]);
      const scores = { ...weights, buffer: softmaxBackward(ofWeights, weights) };
      const gradientQ = device.compute(overKeysProgram(q, k), [scores, k], q.shape, [scale]);
      const gradientK = device.compute(overQueriesProgram(q, k), [scores, q], k.shape, [scale]);
      const gradientV = device.compute(overQueriesProgram(q, k), [weights, gradient], v.shape, [1]);
      device.freeAll(weights, ofWeights, scores);
      return [gradientQ.buffer, gradientK.buffer, gradientV.buffer];
    },
  };
}

function weightsShape(q: Operand, k: Operand): Shape {
  const [batch, queries, heads] = q.shape;
  return [batch, heads, queries, k.shape[1]];
}

/** scale · ⟨q, k⟩ of every query and key of a head, MASKED where the key is in the future. */
function pairsProgram(q: Operand, k: Operand, isCausal: boolean): Program {
  const [, queries, heads, size] = q.shape;
  const keys = k.shape[1];
  const mask = `  if (i3 > i2 + ${keys - queries}) return ${MASKED};\n`;
  return program(
    'attention',
    'q, k, scale',
    `${indices(weightsShape(q, k))}
${isCausal ? mask : ''}  const query = ((i0 * ${queries} + i2) * ${heads} + i1) * ${size};
  const key = ((i0 * ${keys} + i3) * ${heads} + i1) * ${size};
  let total = 0;
  for (let d = 0; d < ${size}; d++) {
    total += q[query + d] * k[key + d];
  }
  return scale * total;`,
  );
}

/** For each query, scale · Σ over the keys that it sees of weight · v. */
function overKeysProgram(q: Operand, k: Operand): Program {
  const [, queries, heads, size] = q.shape;
  const keys = k.shape[1];
  return program(
    'attention',
    'weights, v, scale',
    `${indices(q.shape)}
  const row = ((i0 * ${heads} + i2) * ${queries} + i1) * ${keys};
  const column = (i0 * ${keys * heads} + i2) * ${size} + i3;
  const last = i1 + ${keys - queries};
  let total = 0;
  for (let s = 0; s < ${keys}; s++) {
    if (s <= last) total += weights[row + s] * v[column + s * ${heads * size}];
  }
  return scale * total;`,
  );
}

/** For each key, scale · Σ over the queries that see it of weight · q. */
function overQueriesProgram(q: Operand, k: Operand): Program {
  const [, queries, heads, size] = q.shape;
  const keys = k.shape[1];
  return program(
    'attentionBackward',
    'weights, q, scale',
    `${indices(k.shape)}
  const first = (i0 * ${heads} + i2) * ${queries * keys} + i1;
  const column = (i0 * ${queries * heads} + i2) * ${size} + i3;
  const start = i1 - ${keys - queries};
  let total = 0;
  for (let t = 0; t < ${queries}; t++) {
    if (t >= start) total += weights[first + t * ${keys}] * q[column + t * ${heads * size}];
  }
  return scale * total;`,
  );
}
