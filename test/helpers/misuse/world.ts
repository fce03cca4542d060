import {
  type Backend,
  createBackend,
  currentBackend,
  Generator,
  type GeneratorState,
  type ModelConfig,
  modelConfig,
  NGPT,
  Parameter,
  type Shape,
  sizeOf,
  Tensor,
  type TensorOptions,
  tensor,
} from '../../../src/index.js';
import { Draw } from '../values/draw.js';

/** Backends beside the current one. */
export interface Others {
  /** In float64. */
  readonly exact: Backend;
  /** The twin of what `init('reference')` makes, with a memory of its own. */
  readonly twin: Backend;
}

export async function makeOthers(): Promise<Others> {
  return {
    exact: await createBackend('reference', { dtype: 'float64' }),
    twin: await createBackend('reference'),
  };
}

/** What one call needs. Everything made here is watched: a refusal must leave it as it was. */
export class World {
  readonly draw: Draw;
  private readonly things: object[] = [];

  constructor(
    seed: number,
    readonly others: Others,
  ) {
    this.draw = new Draw(seed);
  }

  /** Watched until the end of the world, and then freed. */
  own<T extends object>(thing: T): T {
    this.things.push(thing);
    return thing;
  }

  tensor(shape: Shape = [2, 3], options: TensorOptions = {}): Tensor {
    const values = Array.from({ length: sizeOf(shape) }, (_, i) => 0.5 + (i % 7) / 4);
    return this.own(tensor(values, shape, options));
  }

  integers(shape: Shape = [3], limit = 3): Tensor {
    const values = Int32Array.from({ length: sizeOf(shape) }, (_, i) => i % limit);
    return this.own(tensor(values, shape));
  }

  parameter(shape: Shape = [2, 3]): Parameter {
    const values = this.tensor(shape);
    const parameter = this.own(new Parameter(values));
    parameter.grad = this.tensor(shape);
    return parameter;
  }

  generator(): Generator {
    return this.own(new Generator(this.draw.integer(0, 1000)));
  }

  generatorState(): GeneratorState {
    return new Generator(1).state();
  }

  config(options: Partial<ModelConfig> = {}): ModelConfig {
    return modelConfig({ vocabSize: 5, blockSize: 4, nLayer: 1, nHead: 2, nEmbd: 8, ...options });
  }

  model(): NGPT {
    return this.own(new NGPT(this.config(), new Generator(1)));
  }

  backend(): Backend {
    return currentBackend();
  }

  /** Everything so far that must stay as it is. */
  watched(): readonly object[] {
    return [...this.things];
  }

  end(): void {
    for (const thing of this.things) free(thing);
  }
}

/** Disposes of tensors, and of what can be disposed of, at the top and in lists and plain objects. */
export function free(value: unknown, depth = 3): void {
  if (typeof value !== 'object' || value === null || depth < 0) return;
  if (value instanceof Tensor || typeof (value as { dispose?: unknown }).dispose === 'function') {
    (value as Tensor).dispose();
  } else if (Array.isArray(value)) {
    for (const item of value) free(item, depth - 1);
  } else if (value instanceof Map) {
    for (const item of value.values()) free(item, depth - 1);
  } else if (Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) free(item, depth - 1);
  }
}
