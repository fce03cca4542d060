/** The gated MLP of the baseline. Explained in docs/learn/10-ngpt.md. */
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { allOrNothing, requireGenerator } from '../../tensor/create/random.js';
import { type Generator, scope, swiglu, type Tensor } from '../../tensor/index.js';
import { checkShape } from '../../tensor/shape.js';
import type { Initialiser } from '../initialisers.js';
import { Module } from '../module.js';
import { requireInitialiser } from './checks.js';
import { Linear } from './linear.js';

/** Options of `SwiGLUMLP`. */
export interface SwiGLUMLPOptions {
  /** First values of `c_fc`; default that of Linear. */
  readonly initialiser?: Initialiser | undefined;
  /** First values of `mlp_c_proj`; default that of Linear. */
  readonly projectionInitialiser?: Initialiser | undefined;
}

const SWIGLU_OPTIONS: OptionNames<SwiGLUMLPOptions> = { initialiser: true, projectionInitialiser: true };

/**
 * W_proj·(u ⊙ silu(v)) with (u, v) = W_fc·x (Shazeer 2020), the MLP of the baseline GPT. Names: `c_fc.weight`
 * [2·hidden, size], u rows first, and `mlp_c_proj.weight` [size, hidden].
 * @example new SwiGLUMLP(4, 16, new Generator(1)).forward(ones([3, 4])) // shape [3, 4]
 */
export class SwiGLUMLP extends Module {
  readonly expansion: Linear;
  readonly projection: Linear;

  constructor(size: number, hidden: number, generator: Generator, options: SwiGLUMLPOptions = {}) {
    super();
    // Half a row more would do for the first matrix.
    checkShape('SwiGLUMLP', [size, hidden]);
    requireGenerator('SwiGLUMLP', generator);
    requireKnown('SwiGLUMLP', options, SWIGLU_OPTIONS);
    const { initialiser, projectionInitialiser } = options;
    requireInitialiser('SwiGLUMLP', projectionInitialiser);
    const [expansion, projection] = allOrNothing(generator, () => {
      const first = new Linear(size, 2 * hidden, generator, { initialiser });
      try {
        return [first, new Linear(hidden, size, generator, { initialiser: projectionInitialiser })];
      } catch (error) {
        first.dispose();
        throw error;
      }
    });
    this.expansion = this.register('c_fc', expansion);
    this.projection = this.register('mlp_c_proj', projection);
  }

  /** x [..., size] → [..., size] (nGPT paper, eq. 17 to 19) */
  forward(x: Tensor): Tensor {
    return scope(() => this.projection.forward(swiglu(this.expansion.forward(x))));
  }
}
