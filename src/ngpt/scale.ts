import { Parameter } from '../nn/index.js';
import { full, type Shape, scope, type Tensor } from '../tensor/index.js';

export interface ScaleOptions {
  /** The value the scale starts to act with. */
  readonly init: number;
  /** What is stored at first; the smaller, the larger the effect of one step of Adam. */
  readonly scale: number;
}

/**
 * A learnable scale (paper 2.5). Adam moves every parameter by about its learning rate, whatever its size; so
 * that one rate suits scales of all sizes, s is stored, starts at `scale`, and acts as s·(init/scale).
 */
export class Scale extends Parameter {
  private readonly factor: number;

  constructor(shape: Shape, { init, scale }: ScaleOptions) {
    const values = scope(() => full(shape, scale));
    super(values);
    values.dispose();
    this.factor = init / scale;
  }

  override get [Symbol.toStringTag](): string {
    return 'Scale';
  }

  /** What a reader of the stored values must know. */
  override get remark(): string | null {
    return this.factor === 1 ? null : `acts × ${Number(this.factor.toPrecision(4))}`;
  }

  /** s·(init/scale): what the formulas of the paper call s or α. */
  value(): Tensor {
    return this.factor === 1 ? this.alias() : this.mul(this.factor);
  }
}
