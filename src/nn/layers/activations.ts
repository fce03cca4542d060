/** The bends of `tensor/ops` as layers, for `Sequential`. They have nothing to learn, and keep every shape. */
import type { GeluOptions, Tensor } from '../../tensor/index.js';
import { Module } from '../module.js';

/** max(x, 0) */
export class ReLU extends Module {
  forward(x: Tensor): Tensor {
    return x.relu();
  }
}

/** x where it is positive, else negativeSlope · x. */
export class LeakyReLU extends Module {
  constructor(readonly negativeSlope = 0.01) {
    super();
  }

  forward(x: Tensor): Tensor {
    return x.leakyRelu(this.negativeSlope);
  }
}

/** x where it is positive, else alpha · (eˣ − 1). */
export class ELU extends Module {
  constructor(readonly alpha = 1) {
    super();
  }

  forward(x: Tensor): Tensor {
    return x.elu(this.alpha);
  }
}

/** x · Φ(x), or with `{ approximate: 'tanh' }` what GPT-2 was trained with. */
export class GELU extends Module {
  constructor(readonly options: GeluOptions = {}) {
    super();
  }

  forward(x: Tensor): Tensor {
    return x.gelu(this.options);
  }
}

/** x · sigmoid(x) */
export class SiLU extends Module {
  forward(x: Tensor): Tensor {
    return x.silu();
  }
}

export class Tanh extends Module {
  forward(x: Tensor): Tensor {
    return x.tanh();
  }
}

/** x held between `min` and `max`. */
export class Hardtanh extends Module {
  constructor(
    readonly min = -1,
    readonly max = 1,
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return x.hardtanh(this.min, this.max);
  }
}

/** 1 / (1 + e⁻ˣ) */
export class Sigmoid extends Module {
  forward(x: Tensor): Tensor {
    return x.sigmoid();
  }
}

/** log sigmoid(x) */
export class LogSigmoid extends Module {
  forward(x: Tensor): Tensor {
    return x.logSigmoid();
  }
}

/** log(1 + eˣ) */
export class Softplus extends Module {
  forward(x: Tensor): Tensor {
    return x.softplus();
  }
}

/** eˣ / Σeˣ along the last axis. */
export class Softmax extends Module {
  forward(x: Tensor): Tensor {
    return x.softmax();
  }
}

/** log softmax(x) along the last axis. */
export class LogSoftmax extends Module {
  forward(x: Tensor): Tensor {
    return x.logSoftmax();
  }
}
