/** What a part of a model is: its parameters, buffers and parts, under the names that checkpoints have. */
import { described } from '../tensor/checks/describe.js';
import { type OptionNames, requireKnown } from '../tensor/checks/options.js';
import { requireBoolean, requireTensor } from '../tensor/checks/values.js';
import { ArgumentError, ConfigError, keep, type Shape, type Tensor } from '../tensor/index.js';
import { formatTree, joined, type Tree } from './module-tree.js';
import { type NamedParameter, Parameter } from './parameter.js';
import { readTensors, type StateDict, writeTensors } from './state-dict.js';

/** A module under its checkpoint name; the root is ''. */
export type NamedModule = readonly [name: string, module: Module];

type Child = Module | Tensor;

const inspect: unique symbol = Symbol.for('nodejs.util.inspect.custom');

const LOAD_OPTIONS: OptionNames<{ strict?: boolean }> = { strict: true };

/**
 * A part of a model: it registers its parameters, buffers and sub-modules under their checkpoint names and
 * computes something from them. Subclasses add a `forward` with whatever arguments they need.
 * @example
 * class Network extends Module {
 *   readonly hidden = this.register('hidden', new Linear(2, 8, new Generator(1)));
 *   forward(x: Tensor) {
 *     return this.hidden.forward(x).tanh();
 *   }
 * }
 * new Network().parameterCount() // 16
 */
export abstract class Module {
  /** True until `eval()`: some layers, such as dropout, act differently in training. */
  training = true;
  private readonly children: (readonly [name: string, child: Child])[] = [];

  /**
   * Adds `child` under `name`, the part of its checkpoint name that stands after this module's own, and returns
   * it. The name '' is transparent: what the module holds appears directly under this one's name. A dotted name
   * makes a list (`register('h.0', block)`). A tensor that is no Parameter is a buffer: kept and freed with the
   * module, but neither trained nor saved, because it can be computed anew.
   * @throws ConfigError for a name that is taken, or an empty one that is not a module's.
   */
  protected register<T extends Child>(name: string, child: T): T {
    if (typeof name !== 'string')
      throw new ArgumentError(`register: a name is a text, got ${described(name)}`);
    if (name === '' && !(child instanceof Module)) {
      throw new ConfigError('register: only a module can have the empty name');
    }
    if (name !== '' && this.children.some(([other]) => other === name)) {
      throw new ConfigError(`register: the name '${name}' is taken`);
    }
    if (!(child instanceof Module)) {
      requireTensor('register', `the child '${name}'`, child);
      keep<Tensor>(child);
    }
    this.children.push([name, child]);
    return child;
  }

  /** All parameters in the order of registration, depth first. One that is shared appears once, first name. */
  namedParameters(): NamedParameter[] {
    const first = new Map<Parameter, string>();
    for (const [name, parameter] of this.savedParameters()) {
      if (!first.has(parameter)) first.set(parameter, name);
    }
    return [...first].map(([parameter, name]) => [name, parameter]);
  }

  /** The same without their names. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** The number of trained values, shared ones counted once. */
  parameterCount(): number {
    return this.parameters().reduce((count, parameter) => count + parameter.size, 0);
  }

  /** This module (name '') and all below it, depth first. */
  namedModules(): NamedModule[] {
    this.requireRegistered();
    const found: NamedModule[] = [];
    this.visit('', (name, child) => {
      if (child instanceof Module) found.push([name, child]);
    });
    return found;
  }

  /** Puts this module and all below it in training mode. */
  train(training = true): this {
    requireBoolean('train: training', training);
    for (const [, module] of this.namedModules()) module.training = training;
    return this;
  }

  /** Puts this module and all below it in evaluation mode. */
  eval(): this {
    return this.train(false);
  }

  /** Frees the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.zeroGrad();
  }

  /** The values of all parameters on the host. A shared parameter appears under each of its names. */
  stateDict(): Promise<StateDict> {
    return readTensors(this.savedParameters());
  }

  /**
   * Overwrites all parameters; nothing is changed when anything does not fit. With `strict: false`, missing
   * and unexpected names are passed over.
   * @throws CheckpointError listing every missing, unexpected and misshapen name.
   */
  loadStateDict(state: StateDict, options: { strict?: boolean } = {}): void {
    requireKnown('loadStateDict', options, LOAD_OPTIONS);
    writeTensors(this.savedParameters(), state, options.strict ?? true);
  }

  /** Frees all parameters, gradients and buffers. */
  dispose(): void {
    this.visit('', (_, child) => {
      if (!(child instanceof Module)) child.dispose();
    });
  }

  /**
   * The tree of modules with names, shapes and the number of parameters, as `console.log` prints it in Node:
   *
   *     Linear(weight: [8, 2], bias: [8]), 24 parameters
   */
  toString(): string {
    return formatTree(this.tree());
  }

  /** Names and shapes, for logs; `stateDict` has the values. */
  toJSON(): { type: string; parameters: Record<string, Shape> } {
    const parameters: Record<string, Shape> = {};
    this.visit('', (name, child) => {
      if (child instanceof Parameter) parameters[name] = child.shape;
    });
    return { type: this.constructor.name, parameters };
  }

  /** What Node's console asks for; where nesting ends (`depth` below 0) the name will do. */
  [inspect](depth: number): string {
    return depth < 0 ? `[${this.constructor.name}]` : this.toString();
  }

  private tree(): Tree {
    return {
      type: this.constructor.name,
      children: this.children.map(([name, child]) => [name, child instanceof Module ? child.tree() : child]),
    };
  }

  /** Every parameter under every name it has. @throws ConfigError when two have the same name. */
  private savedParameters(): Map<string, Parameter> {
    this.requireRegistered();
    const found = new Map<string, Parameter>();
    this.visit('', (name, child) => {
      if (!(child instanceof Parameter)) return;
      if (found.has(name)) throw new ConfigError(`two parameters have the name '${name}'`);
      found.set(name, child);
    });
    return found;
  }

  /** @throws ConfigError for a module or a parameter in a property of one of the tree that is nowhere in the tree. */
  private requireRegistered(): void {
    const registered = new Set<unknown>();
    this.visit('', (_, child) => registered.add(child));
    this.visit('', (name, child) => {
      if (!(child instanceof Module)) return;
      const stray = strayIn(child, registered);
      if (stray !== null) throw strayError(child, name, stray);
    });
  }

  private visit(name: string, see: (name: string, child: Child) => void): void {
    see(name, this);
    for (const [part, child] of this.children) {
      const full = joined(name, part);
      if (child instanceof Module) child.visit(full, see);
      else see(full, child);
    }
  }
}

/** Where in an object a module or a parameter stands that is not registered, as `layers[0]`; null where none does. */
function strayIn(holder: object, registered: ReadonlySet<unknown>, depth = 2): string | null {
  for (const [key, value] of Object.entries(holder)) {
    const path = (inner = '') => (Array.isArray(holder) ? `[${key}]${inner}` : `.${key}${inner}`);
    if (value instanceof Module || value instanceof Parameter) {
      if (!registered.has(value)) return path();
    } else if (depth > 0 && isPlain(value)) {
      const inner = strayIn(value, registered, depth - 1);
      if (inner !== null) return path(inner);
    }
  }
  return null;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

function strayError(holder: Module, name: string, stray: string): ConfigError {
  const where = name === '' ? '' : ` (${name})`;
  const example = `this.register('${/\w+/.exec(stray)?.[0] ?? 'name'}', …)`;
  return new ConfigError(
    `${holder.constructor.name}${where}: this${stray} is not registered, so it would be neither trained nor saved; ` +
      `register it when it is made, as ${example}, or hold it in a #private field if it is another's`,
  );
}
