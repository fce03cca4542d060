/**
 * The host side of attention: shapes, addresses and scratch memory for the kernels.
 * Explained in docs/learn/09-attention.md.
 */
import type { FusedKernels } from '../../backend.js';
import { addressOf, type Device } from './runtime/device.js';

type AttentionKernels = Pick<FusedKernels, 'attention' | 'attentionBackward'>;

export function attentionKernels(device: Device): AttentionKernels {
  const { exports } = device;
  return {
    attention(q, k, v, scale) {
      const [batch, queries, heads, headDim] = q.shape;
      const keys = k.shape[1];
      const out = device.allocate('float32', q.buffer.length);
      exports.attention(
        addressOf(q.buffer),
        addressOf(k.buffer),
        addressOf(v.buffer),
        out.address,
        batch,
        queries,
        keys,
        heads,
        headDim,
        scale,
        device.scratch(exports.attentionScratchBytes(keys, headDim) >>> 0),
      );
      return out;
    },

    attentionBackward(gradient, q, k, v, scale) {
      const [batch, queries, heads, headDim] = q.shape;
      const keys = k.shape[1];
      const dq = device.allocate('float32', q.buffer.length);
      const dk = device.allocate('float32', k.buffer.length);
      const dv = device.allocate('float32', v.buffer.length);
      exports.attentionBackward(
        addressOf(gradient.buffer),
        addressOf(q.buffer),
        addressOf(k.buffer),
        addressOf(v.buffer),
        dq.address,
        dk.address,
        dv.address,
        batch,
        queries,
        keys,
        heads,
        headDim,
        scale,
        device.scratch(exports.attentionBackwardScratchBytes(keys, headDim) >>> 0),
      );
      return [dq, dk, dv];
    },
  };
}
