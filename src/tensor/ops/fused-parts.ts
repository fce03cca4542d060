/** Small pieces of the definitions of the fused ops. */
import { arange } from '../create/create.js';
import type { Tensor } from '../tensor.js';
import { concat, permute } from './movement.js';

/** (x₀, x₁, x₂, x₃, …) → (x₁, x₀, x₃, x₂, …) along the last axis. */
export function swapPairs(x: Tensor): Tensor {
  const pairs = x.reshape([...x.shape.slice(0, -1), x.shape[x.rank - 1] / 2, 2]);
  const [even, odd] = pairs.split(2, -1);
  return concat([odd, even], -1).reshape(x.shape);
}

/** [B, T, H, D] → [B, H, T, D] and back. */
export function heads(x: Tensor): Tensor {
  return permute(x, [0, 2, 1, 3]);
}

export const unheads = heads;

/** int32 [T, S]: 1 where key s lies in the future of query t, the queries being the last T positions. */
export function causalMask(queries: number, keys: number, like: Tensor): Tensor {
  const options = { dtype: 'int32', backend: like.backend } as const;
  const last = arange(queries, { ...options, start: keys - queries }).reshape([queries, 1]);
  return arange(keys, options).gt(last);
}
