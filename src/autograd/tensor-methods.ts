/**
 * What autograd adds to `Tensor`. The tensor layer knows nothing of gradients, so it is added from here.
 * Explained in docs/learn/00-first-tensor.md.
 */
import { requireTensor } from '../tensor/checks/values.js';
import { requireSameBackend } from '../tensor/dispatch.js';
import { requireFloat } from '../tensor/dtype.js';
import {
  ArgumentError,
  DTypeError,
  formatShape,
  outsideScopes,
  ShapeError,
  sameShape,
  Tensor,
} from '../tensor/index.js';
import { type BackwardOptions, backward } from './backward.js';
import { historyOf, Leaf } from './tape.js';

declare module '../tensor/tensor.js' {
  interface Tensor {
    /** True when gradients flow back through this tensor. */
    readonly requiresGrad: boolean;
    /**
     * Makes this tensor a leaf, the place where `backward` leaves a gradient, or with false takes its history away.
     * @throws DTypeError for integers, which have no derivative.
     */
    setRequiresGrad(flag?: boolean): this;
    /**
     * What `backward` has added up for this leaf; it lives until it is set to something else or the leaf is freed.
     * Setting it takes a handle on the new gradient, of the shape of the leaf.
     */
    grad: Tensor | null;
    /** Adds d this / d leaf to `.grad` of every leaf. See `backward`. */
    backward(gradient?: Tensor, options?: Omit<BackwardOptions, 'gradient'>): void;
    /** The same with nothing but options: `loss.backward({ keepGraph: true })`. */
    backward(options: BackwardOptions): void;
  }
}

Tensor.prototype.setRequiresGrad = function (flag = true) {
  if (flag) requireFloat('setRequiresGrad', this.dtype);
  // A leaf stays the one that earlier ops recorded.
  if (flag && this.trace instanceof Leaf) return this;
  this.trace?.release();
  this.trace = flag ? new Leaf() : null;
  return this;
};

Tensor.prototype.backward = function (
  first?: Tensor | BackwardOptions,
  options?: Omit<BackwardOptions, 'gradient'>,
) {
  const isAlone = options === undefined && isPlain(first);
  backward(this, isAlone ? first : { ...options, gradient: first as Tensor | undefined });
};

/** True of an object as it is written between braces, which no tensor is, whatever copy of the library made it. */
function isPlain(x: Tensor | BackwardOptions | undefined): x is BackwardOptions {
  return typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype;
}

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
      if (history instanceof Leaf) replaceGradient(history, this, gradient);
      else if (gradient !== null)
        throw new ArgumentError('grad: only a leaf holds a gradient; call setRequiresGrad() first');
    },
  },
});

function replaceGradient(leaf: Leaf, of: Tensor, gradient: Tensor | null): void {
  if (gradient !== null) requireTensor('grad', 'the gradient', gradient);
  if (gradient !== null && !sameShape(gradient.shape, of.shape)) {
    throw new ShapeError(
      `grad: the gradient is ${formatShape(gradient.shape)}, the leaf ${formatShape(of.shape)}`,
    );
  }
  if (gradient !== null) requireSameBackend('grad', [of, gradient]);
  if (gradient !== null && gradient.dtype !== of.dtype) {
    throw new DTypeError(`grad: the gradient is ${gradient.dtype}, the leaf ${of.dtype}`);
  }
  const before = leaf.grad;
  leaf.grad = gradient === null ? null : outsideScopes(() => gradient.alias());
  before?.dispose();
}
