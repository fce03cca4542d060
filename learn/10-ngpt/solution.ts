/** Chapter 10, exercise 1, solved. */
import { attention, type Rotary, swiglu, type Tensor, unit } from '../../src/index.js';
import type { BlockWeights } from './weights.js';

export function attentionStep(h: Tensor, weights: BlockWeights, heads: number, rotary: Rotary): Tensor {
  const [batch, length, width] = h.shape;
  const headDim = width / heads;
  const split = (x: Tensor) => x.reshape([batch, length, heads, headDim]);
  const read = (w: Tensor) => split(h.matmul(w, { transposeB: true }));
  const scaled = (x: Tensor) => unit(rotary.forward(x)).mul(weights.sqk.reshape([heads, headDim]));
  const [q, k, v] = [scaled(read(weights.query)), scaled(read(weights.key)), read(weights.value)];
  const joined = attention(q, k, v, Math.sqrt(headDim)).reshape(h.shape);
  const target = unit(joined.matmul(weights.output, { transposeB: true }));
  return move(h, target, weights.attentionAlpha);
}

export function mlpStep(h: Tensor, weights: BlockWeights): Tensor {
  const width = h.shape[2];
  const uv = h.matmul(weights.expansion, { transposeB: true }).mul(weights.suv.mul(Math.sqrt(width)));
  const target = unit(swiglu(uv).matmul(weights.contraction, { transposeB: true }));
  return move(h, target, weights.mlpAlpha);
}

function move(h: Tensor, target: Tensor, alpha: Tensor): Tensor {
  return unit(h.add(alpha.abs().mul(target.sub(h))));
}
