/** What autograd adds to `Tensor`. The tensor layer knows nothing of gradients, so it is added from here. */
import { Tensor } from '../tensor/index.js';
import { type BackwardOptions, backward } from './backward.js';
import { historyOf, Leaf } from './tape.js';

declare module '../tensor/tensor.js' {
  interface Tensor {
    /** True when gradients flow back through this tensor. */
    readonly requiresGrad: boolean;
    /** Makes this tensor a leaf, the place where `backward` leaves a gradient, or with false takes its history away. */
    setRequiresGrad(flag?: boolean): this;
    /** What `backward` has added up for this leaf; it lives until it is set to null or the leaf is freed. */
    grad: Tensor | null;
    /** Adds d this / d leaf to `.grad` of every leaf. See `backward`. */
    backward(gradient?: Tensor, options?: Omit<BackwardOptions, 'gradient'>): void;
  }
}

Tensor.prototype.setRequiresGrad = function (flag = true) {
  this.trace?.release();
  this.trace = flag ? new Leaf() : null;
  return this;
};

Tensor.prototype.backward = function (gradient, options = {}) {
  backward(this, { ...options, gradient });
};

Object.defineProperties(Tensor.prototype, {
  requiresGrad: {
    get(this: Tensor): boolean {
      return this.trace !== null;
    },
  },
  grad: {
    get(this: Tensor): Tensor | null {
      const history = historyOf(this);
      return history instanceof Leaf ? history.grad : null;
    },
    set(this: Tensor, gradient: Tensor | null) {
      const history = historyOf(this);
      if (history instanceof Leaf) history.grad = gradient;
      else if (gradient !== null)
        throw new TypeError('grad: only a leaf holds a gradient; call setRequiresGrad() first');
    },
  },
});
