/** What training changes, as a kind of tensor. */
import { requireFloats, requireFunction } from '../tensor/checks/values.js';
import '../autograd/index.js';
import { type OptionNames, requireKnown } from '../tensor/checks/options.js';
import { scope, Tensor } from '../tensor/index.js';
import { normalizeAxis } from '../tensor/shape.js';

/** Options of `Parameter`. */
export interface ParameterOptions {
  /** The axis along which the parameter is made of unit vectors (paper 2.6), default none. */
  readonly unitAxis?: number | null;
}

/** Those that every parameter takes. */
const PARAMETER_OPTIONS: OptionNames<ParameterOptions> = { unitAxis: true };

/** A parameter under its checkpoint name. */
export type NamedParameter = readonly [name: string, parameter: Parameter];

/**
 * A tensor that training changes: no scope frees it, gradients flow into it, and optimizers update it in place.
 * It shares the storage of the tensor it is made from. Disposing of it frees its gradient too.
 * @example
 * const w = new Parameter(tensor([1, 2]));
 * w.square().sum().backward();
 * w.grad // [2, 4]
 */
export class Parameter extends Tensor {
  /**
   * The axis (counted from the front) along which every vector has length 1, or null. A mark, not an act:
   * whoever updates the parameter keeps it true.
   */
  readonly unitAxis: number | null;

  /** @throws ShapeError when there is no axis `unitAxis`. */
  constructor(values: Tensor, options: ParameterOptions = {}) {
    requireKnown('Parameter', options, PARAMETER_OPTIONS);
    requireFloats('Parameter', values, 'its values');
    const { unitAxis = null } = options;
    const axis = unitAxis === null ? null : normalizeAxis('Parameter: unitAxis', unitAxis, values.rank);
    super(values.retainStorage(), values.shape);
    this.unitAxis = axis;
    this.kept = true;
    this.setRequiresGrad();
  }

  override get [Symbol.toStringTag](): string {
    return 'Parameter';
  }

  /** A parameter of freshly made values, of which it is the only holder. */
  static from(make: () => Tensor, options?: ParameterOptions): Parameter {
    requireFunction('Parameter.from', 'make', make);
    return scope(() => new Parameter(make(), options));
  }

  /** Frees the gradient. */
  zeroGrad(): void {
    this.grad?.dispose();
    this.grad = null;
  }
}
