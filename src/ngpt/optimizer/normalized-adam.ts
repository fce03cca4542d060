/** The optimizer of nGPT, and how a parameter gets back onto the sphere. Explained in docs/learn/11-training.md. */
import {
  type AdamOptions,
  AdamW,
  type Parameter,
  type ParameterGroup,
  type ParameterList,
  type UpdateSettings,
} from '../../nn/index.js';
import { ADAM_OPTIONS } from '../../nn/optimizers/adam.js';
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireAngle, requireTensor } from '../../tensor/checks/values.js';
import { assignInPlace, type Tensor, unitInPlace } from '../../tensor/index.js';
import { capAngle, tangentProjection } from '../hypersphere.js';

/** Options of `NormalizedAdam`. */
export interface NormalizedAdamOptions extends AdamOptions {
  /** Of matrices, decoupled and before they are made unit again. Default 0: lengths are given, so little is left of it. */
  readonly weightDecay?: number;
  /** Keep gradients and first moments tangent to the sphere; default false. */
  readonly riemannian?: boolean;
  /** Radians that one step may turn a vector; default 0, any. */
  readonly maxAngle?: number;
}

const NORMALIZED_ADAM_OPTIONS: OptionNames<NormalizedAdamOptions> = {
  ...ADAM_OPTIONS,
  riemannian: true,
  maxAngle: true,
};

/**
 * The optimizer of nGPT: Adam (paper eq. 22), and after every step all matrices are made unit again along their
 * embedding dimension (paper 2.6, step 2). The paper has neither weight decay, because lengths are given, nor warm-up. Two switches are younger:
 *
 * `riemannian` is Adam on the product of all the spheres, after Bécigneul and Ganea 2019 (arXiv:1810.00760): the gradient g
 * of a unit vector w counts as its tangent part g − w (w·g), making the vector unit is the retraction, and the first moment
 * is taken along into the tangent space at the new vector, by projection. Theirs has one second moment for each sphere;
 * here it stays one for each element, which depends on the axes but is Adam. A gradient is clipped by its whole length.
 *
 * `maxAngle` caps the angle of a step, by going that far only on the great circle ("Training nGPT", arXiv:2608.01284, which
 * leaves embeddings out; here it holds for every unit vector).
 * @example
 * const w = new Parameter(tensor([[1, 0]]), { unitAxis: 1 });
 * const optimizer = new NormalizedAdam([w], { learningRate: 0.1 });
 * w.mul(tensor([[0, -1]])).sum().backward();
 * optimizer.step();
 * w // [[0.9950, 0.0995]], of length 1 again
 */
export class NormalizedAdam extends AdamW {
  readonly riemannian: boolean;
  readonly maxAngle: number;

  /** @throws ConfigError for settings out of range, or a parameter or a name that comes twice. */
  constructor(parameters: ParameterList | readonly ParameterGroup[], options: NormalizedAdamOptions) {
    requireKnown('NormalizedAdam', options, NORMALIZED_ADAM_OPTIONS);
    const { riemannian = false, maxAngle = 0, weightDecay = 0, ...adam } = options;
    requireAngle('maxAngle', maxAngle);
    super(parameters, { ...adam, weightDecay });
    this.riemannian = riemannian;
    this.maxAngle = maxAngle;
  }

  protected override update(
    parameter: Parameter,
    gradient: Tensor,
    gradientScale: Tensor | null,
    settings: UpdateSettings,
  ): void {
    const { unitAxis } = parameter;
    if (unitAxis === null) {
      const weightDecay = isMatrix(parameter) ? settings.weightDecay : 0;
      super.update(parameter, gradient, gradientScale, { ...settings, weightDecay });
      return;
    }
    const before = this.maxAngle > 0 ? parameter.add(0) : null;
    const direction = this.riemannian ? tangentProjection(parameter, gradient, unitAxis) : gradient;
    super.update(parameter, direction, gradientScale, settings);
    unitInPlace(parameter, unitAxis);
    if (before !== null) assignInPlace(parameter, capAngle(before, parameter, this.maxAngle, unitAxis));
    if (this.riemannian) {
      const [m] = this.slotsOf(parameter);
      assignInPlace(m, tangentProjection(parameter, m, unitAxis));
    }
  }

  protected override settings(): ReturnType<AdamW['settings']> {
    const { riemannian, maxAngle } = this;
    return {
      ...super.settings(),
      ...(riemannian ? { riemannian } : {}),
      ...(maxAngle > 0 ? { maxAngle } : {}),
    };
  }
}

/** What decays; scales and norm weights do not. */
export function isMatrix({ rank }: Parameter): boolean {
  return rank >= 2;
}

/**
 * Makes every vector of a matrix unit; scales, which lie on no sphere, stay as they are.
 * @example
 * const w = new Parameter(tensor([[3, 4]]), { unitAxis: 1 });
 * normalizeParameter(w);
 * w // [[0.6, 0.8]]
 */
export function normalizeParameter(parameter: Parameter): void {
  requireTensor('normalizeParameter', 'its input', parameter);
  if (typeof parameter.unitAxis === 'number') unitInPlace(parameter, parameter.unitAxis);
}
