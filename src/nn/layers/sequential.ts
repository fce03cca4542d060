/** Lists of modules, and layers one after the other. */
import { described } from '../../tensor/checks/describe.js';
import { requireIterable, requireNumber } from '../../tensor/checks/values.js';
import { ArgumentError, scope, type Tensor } from '../../tensor/index.js';
import { Module } from '../module.js';

/** A module that makes one tensor of another. */
export interface Layer extends Module {
  /** What the layer makes of x. */
  forward(x: Tensor): Tensor;
}

/**
 * Modules in a list, registered under their places: `0`, `1`, … It has no forward; whoever holds it goes through its
 * modules.
 * @example
 * const list = new ModuleList([1, 2, 3].map((i) => new Linear(i, i + 1, new Generator(i))));
 * list.length // 3
 * list.at(-1)?.weight.shape // [4, 3]
 */
export class ModuleList<M extends Module = Module> extends Module {
  private readonly list: M[] = [];

  constructor(modules: Iterable<M> = []) {
    super();
    requireIterable('ModuleList', 'a list of modules', modules);
    for (const module of modules) this.append(module);
  }

  /** Adds a module at the end. */
  append(module: M): this {
    if (!(module instanceof Module))
      throw new ArgumentError(`append: wants a module, got ${described(module)}`);
    this.list.push(this.register(String(this.list.length), module));
    return this;
  }

  /** How many modules there are. */
  get length(): number {
    return this.list.length;
  }

  /** The module at place `index`, from the end where it is negative; undefined where there is none. */
  at(index: number): M | undefined {
    requireNumber('at', 'the index', index);
    return this.list.at(index);
  }

  /** The modules in their order. */
  [Symbol.iterator](): IterableIterator<M> {
    return this.list[Symbol.iterator]();
  }
}

/**
 * Layers one after the other, each fed with what the one before made; registered as `0`, `1`, …, as in PyTorch.
 * @example
 * const generator = new Generator(1);
 * const model = new Sequential(new Linear(2, 8, generator), new Tanh(), new Linear(8, 1, generator));
 * model.forward(ones([4, 2])) // shape [4, 1]
 */
export class Sequential extends ModuleList<Layer> {
  constructor(...layers: readonly Layer[]) {
    super(layers);
  }

  /** What the first layer takes → what the last one makes; without layers, x itself. */
  forward(x: Tensor): Tensor {
    return scope(() => [...this].reduce((h, layer) => layer.forward(h), x));
  }

  /** Adds a layer at the end. @throws ArgumentError for what has no forward. */
  override append(layer: Layer): this {
    if (typeof layer?.forward !== 'function')
      throw new ArgumentError(`Sequential: wants layers with a forward, got ${described(layer)}`);
    return super.append(layer);
  }
}
