/**
 * The learned scales of nGPT, and fixed ones in their place.
 * Explained in docs/learn/10-ngpt.md and docs/learn/11-training.md.
 */
import { Parameter } from '../nn/index.js';
import { type OptionNames, requireKnown } from '../tensor/checks/options.js';
import { requireNumber, requireWhole } from '../tensor/checks/values.js';
import { ConfigError, full, type Shape, scope, sizeOf, Tensor } from '../tensor/index.js';
import { checkShape } from '../tensor/shape.js';
import type { ScaleForm } from './config/scale-options.js';

/** Where a scale starts (paper 2.5). */
export interface ScaleOptions {
  /** The value the scale starts to act with. */
  readonly init: number;
  /** What is stored at first; the smaller, the larger the effect of one step of Adam. */
  readonly scale: number;
  /** The dimensions it acts on, of which each stored number has an equal part; default one for each. */
  readonly width?: number;
}

const SCALE_OPTIONS: OptionNames<ScaleOptions> = { init: true, scale: true, width: true };

/**
 * A learnable scale (paper 2.5). Adam moves every parameter by about its learning rate, whatever its size; so
 * that one rate suits scales of all sizes, s is stored, starts at `scale`, and acts as s·(init/scale).
 * @example
 * const alpha = new Scale([4], { init: 0.05, scale: 0.5 });
 * alpha // [0.5, 0.5, 0.5, 0.5]
 * alpha.value() // [0.05, 0.05, 0.05, 0.05]
 */
export class Scale extends Parameter {
  /** What is stored at first. */
  readonly scale: number;
  private readonly factor: number;
  private readonly width: number;

  constructor(shape: Shape, options: ScaleOptions) {
    requireKnown('Scale', options, SCALE_OPTIONS);
    const { init, scale, width } = options;
    requireNumber('Scale', 'init', init);
    requireNumber('Scale', 'scale', scale);
    if (width !== undefined) requireWhole('Scale: width', width, 1);
    checkShape('Scale', shape);
    const count = sizeOf(shape);
    if (width !== undefined && width % count !== 0) {
      throw new ConfigError(`Scale: a width of ${width} does not divide into ${count} equal parts`);
    }
    const values = scope(() => full(shape, scale));
    super(values);
    values.dispose();
    this.scale = scale;
    this.factor = init / scale;
    this.width = width ?? this.size;
  }

  override get [Symbol.toStringTag](): string {
    return 'Scale';
  }

  /** What a reader of the stored values must know. */
  override get remark(): string | null {
    return this.factor === 1 ? null : `acts × ${Number(this.factor.toPrecision(4))}`;
  }

  /** s·(init/scale) in every dimension: what the formulas of the paper call s or α. */
  value(): Tensor {
    return scope(() => {
      const acting = this.factor === 1 ? this.alias() : this.mul(this.factor);
      return this.width === this.size ? acting : spread(acting, this.width);
    });
  }
}

/** A scale that is not learned: no parameter, so that neither optimizers nor checkpoints know of it. */
export class FixedScale extends Tensor {
  constructor(shape: Shape, options: Pick<ScaleOptions, 'init'>) {
    requireKnown<Partial<ScaleOptions>>('FixedScale', options, SCALE_OPTIONS);
    const { init } = options;
    requireNumber('FixedScale', 'init', init);
    checkShape('FixedScale', shape);
    const values = scope(() => full(shape, init));
    super(values.retainStorage(), values.shape);
    values.dispose();
  }

  override get [Symbol.toStringTag](): string {
    return 'FixedScale';
  }

  /** The same as this: what the formulas of the paper call s or α. */
  value(): Tensor {
    return this.alias();
  }
}

/** A scale of `width` dimensions in the form asked for; a scalar one has a number for each of `parts`. */
export function scaleOf(
  form: ScaleForm,
  width: number,
  { init, scale }: ScaleOptions,
  parts = 1,
): Scale | FixedScale {
  if (form === 'fixed') return new FixedScale([width], { init });
  return new Scale([form === 'scalar' ? parts : width], { init, scale, width });
}

/** [parts] → [width], each number as often as the others. */
function spread(values: Tensor, width: number): Tensor {
  const parts = values.size;
  return values
    .reshape([parts, 1])
    .broadcastTo([parts, width / parts])
    .reshape([width]);
}
