/** The keys and values of a text so far, so that sampling computes those of the new token alone. */
import { requireTensor, requireWhole } from '../../tensor/checks/values.js';
import { concat, formatShape, keep, ShapeError, sameShape, scope, type Tensor } from '../../tensor/index.js';

/**
 * The keys and values that one attention layer has computed so far, [B, S, H, D] each.
 * @example
 * const cache = new LayerCache();
 * noGrad(() => cache.append(zeros([1, 3, 2, 4]), zeros([1, 3, 2, 4])));
 * cache.length // 3
 */
export class LayerCache {
  private keys: Tensor | null = null;
  private values: Tensor | null = null;

  /** S, the number of positions seen: the position of the next one. */
  get length(): number {
    return this.keys?.shape[1] ?? 0;
  }

  /**
   * Adds the keys and values of new positions [B, T, H, D] and returns those of all S + T.
   * @throws ShapeError unless they have one shape, the same as before but for T.
   */
  append(keys: Tensor, values: Tensor): [keys: Tensor, values: Tensor] {
    requireTensor('LayerCache', 'the keys', keys);
    requireTensor('LayerCache', 'the values', values);
    if (keys.rank !== 4 || !sameShape(keys.shape, values.shape)) {
      throw new ShapeError(
        `LayerCache: wants keys and values [B, T, H, D], got ${formatShape(keys.shape)} and ${formatShape(values.shape)}`,
      );
    }
    const all = scope((): [Tensor, Tensor] => [joined(this.keys, keys), joined(this.values, values)]);
    this.clear();
    [this.keys, this.values] = [keep(all[0].detach()), keep(all[1].detach())];
    return all;
  }

  /** Forgets everything. */
  clear(): void {
    this.keys?.dispose();
    this.values?.dispose();
    this.keys = null;
    this.values = null;
  }
}

/**
 * What attention has to remember of a text to continue it one token at a time, layer by layer. For sampling only:
 * nothing flows back through it.
 * @example
 * const cache = new KeyValueCache(2);
 * cache.layers.length // 2
 * cache.length // 0
 */
export class KeyValueCache {
  readonly layers: readonly LayerCache[];

  constructor(layers: number) {
    requireWhole('layers', layers, 0, { most: 2 ** 16 });
    this.layers = Array.from({ length: layers }, () => new LayerCache());
  }

  /** The number of positions seen. */
  get length(): number {
    return this.layers[0]?.length ?? 0;
  }

  /** Forgets everything, and frees it. */
  clear(): void {
    for (const layer of this.layers) layer.clear();
  }
}

function joined(before: Tensor | null, added: Tensor): Tensor {
  return before === null ? added.detach() : concat([before, added], 1);
}
