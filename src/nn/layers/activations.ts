/** The bends of `tensor/ops` as layers, for `Sequential`. They have nothing to learn, and keep every shape. */
import {
  elu,
  type GeluOptions,
  gelu,
  hardtanh,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  relu,
  sigmoid,
  silu,
  softmax,
  softplus,
  type Tensor,
  tanh,
} from '../../tensor/index.js';
import { Module } from '../module.js';

/**
 * max(x, 0)
 * @example new ReLU().forward(tensor([-2, 3])) // [0, 3]
 */
export class ReLU extends Module {
  /** [...] → [...] */
  forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/**
 * x where it is positive, else negativeSlope · x.
 * @example new LeakyReLU(0.1).forward(tensor([-2, 3])) // [-0.2, 3]
 */
export class LeakyReLU extends Module {
  constructor(readonly negativeSlope = 0.01) {
    super();
  }

  /** [...] → [...] */
  forward(x: Tensor): Tensor {
    return leakyRelu(x, this.negativeSlope);
  }
}

/**
 * x where it is positive, else alpha · (eˣ − 1).
 * @example new ELU().forward(tensor([-1, 3])) // [-0.6321, 3]
 */
export class ELU extends Module {
  constructor(readonly alpha = 1) {
    super();
  }

  /** [...] → [...] */
  forward(x: Tensor): Tensor {
    return elu(x, this.alpha);
  }
}

/**
 * x · Φ(x), or with `{ approximate: 'tanh' }` what GPT-2 was trained with.
 * @example new GELU().forward(tensor([0, 1])) // [0, 0.8413]
 */
export class GELU extends Module {
  constructor(readonly options: GeluOptions = {}) {
    super();
  }

  /** [...] → [...] */
  forward(x: Tensor): Tensor {
    return gelu(x, this.options);
  }
}

/**
 * x · sigmoid(x)
 * @example new SiLU().forward(tensor([0, 1])) // [0, 0.7311]
 */
export class SiLU extends Module {
  /** [...] → [...] */
  forward(x: Tensor): Tensor {
    return silu(x);
  }
}

/**
 * The hyperbolic tangent.
 * @example new Tanh().forward(tensor([0, 1])) // [0, 0.7616]
 */
export class Tanh extends Module {
  /** [...] → [...] */
  forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

/**
 * x held between `min` and `max`.
 * @example new Hardtanh().forward(tensor([-2, 0.5])) // [-1, 0.5]
 */
export class Hardtanh extends Module {
  constructor(
    readonly min = -1,
    readonly max = 1,
  ) {
    super();
  }

  /** [...] → [...] */
  forward(x: Tensor): Tensor {
    return hardtanh(x, this.min, this.max);
  }
}

/**
 * 1 / (1 + e⁻ˣ)
 * @example new Sigmoid().forward(tensor([0, 2])) // [0.5, 0.8808]
 */
export class Sigmoid extends Module {
  /** [...] → [...] */
  forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/**
 * log sigmoid(x)
 * @example new LogSigmoid().forward(tensor([0])) // [-0.6931]
 */
export class LogSigmoid extends Module {
  /** [...] → [...] */
  forward(x: Tensor): Tensor {
    return logSigmoid(x);
  }
}

/**
 * log(1 + eˣ)
 * @example new Softplus().forward(tensor([0])) // [0.6931]
 */
export class Softplus extends Module {
  /** [...] → [...] */
  forward(x: Tensor): Tensor {
    return softplus(x);
  }
}

/**
 * eˣ / Σeˣ along the last axis.
 * @example new Softmax().forward(tensor([0, Math.log(3)])) // [0.25, 0.75]
 */
export class Softmax extends Module {
  /** [...] → [...] */
  forward(x: Tensor): Tensor {
    return softmax(x);
  }
}

/**
 * log softmax(x) along the last axis.
 * @example new LogSoftmax().forward(tensor([0, 1000])) // [-1000, 0]
 */
export class LogSoftmax extends Module {
  /** [...] → [...] */
  forward(x: Tensor): Tensor {
    return logSoftmax(x);
  }
}
