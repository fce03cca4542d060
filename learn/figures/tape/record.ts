/** Runs what was typed on the engine, forwards and then backwards one node at a time, and writes down all that happens. */
import { historyOrder } from '../../../src/autograd/backward.js';
import { type History, historyOf, Leaf, Node, OpNode } from '../../../src/autograd/tape.js';
import { type Backend, type Numeric, noGrad, ones, type Tensor, tensor } from '../../../src/index.js';
import { computed } from '../base/engine.js';
import { FUNCTIONS } from './functions.js';
import { type Expression, ExpressionError, type Literal, parse } from './parse.js';

/** A tensor as plain numbers. */
export interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export interface TapeInput {
  /** The node it came from; null for a constant. */
  readonly from: number | null;
  readonly value: Values;
}

/** A leaf or a recorded op, as the tape has it. */
export interface TapeNode {
  /** Null for a leaf. */
  readonly op: string | null;
  /** The name that it was given, if any. */
  readonly name: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly inputs: readonly TapeInput[];
  readonly value: Values;
  readonly keeps: 'inputs' | 'output' | 'nothing';
  /** How many gradients it gets. */
  readonly readers: number;
}

/** What one rule passes back to one of its inputs. */
export interface Part {
  /** Which input of the node. */
  readonly input: number;
  readonly to: number;
  /** What it would be for a gradient of 1: the local derivative, where inputs and output are elementwise alike. */
  readonly local: Values;
  readonly part: Values;
}

export interface BackwardStep {
  readonly node: number;
  /** All of it: its parts have come from everyone who read the node. */
  readonly gradient: Values;
  readonly parts: readonly Part[];
}

export interface Recording {
  /** A node stands after those it came from. */
  readonly nodes: readonly TapeNode[];
  readonly root: number;
  /** The ops in the order in which they ran. */
  readonly forward: readonly number[];
  /** The ops in the order in which `backward` visits them. */
  readonly backward: readonly BackwardStep[];
  /** For every node the whole gradient, null for one that gets none. */
  readonly gradients: readonly (Values | null)[];
}

const MOST_OPS = 24;
const MOST_ELEMENTS = 36;
/** What names stand for that were given no value, in the order they are met. */
const DEFAULTS = [2, -3, 10, 0.5, -1, 4];

/** @throws ExpressionError, or an error of the engine, in words that can be shown. */
export function record(source: string, backend: Backend): Recording {
  const program = parse(source);
  return computed(backend, () => {
    const evaluation = new Evaluation();
    for (const [name, expression] of program.definitions) evaluation.define(name, expression);
    const root = evaluation.evaluate(program.result);
    if (typeof root === 'number' || historyOf(root) === null)
      throw new ExpressionError('There is no name in it, so nothing to differentiate; try x*x.');
    return noGrad(() => written(root, evaluation));
  });
}

/** The values of expressions, and how they came to be. */
class Evaluation {
  readonly names = new Map<History, string>();
  readonly tensors = new Map<History, Tensor>();
  readonly operands = new Map<History, readonly Numeric[]>();
  private readonly scope = new Map<string, Numeric>();
  private defaults = 0;

  define(name: string, expression: Expression): void {
    const value = expression.kind === 'literal' ? this.leaf(expression.value) : this.evaluate(expression);
    this.scope.set(name, value);
    const history = typeof value === 'number' ? null : historyOf(value);
    if (history !== null && !this.names.has(history)) this.names.set(history, name);
  }

  evaluate(expression: Expression): Numeric {
    if (expression.kind === 'literal')
      return typeof expression.value === 'number' ? expression.value : constant(expression.value);
    if (expression.kind === 'name') return this.lookUp(expression.name);
    const inputs = expression.inputs.map((input) => this.evaluate(input));
    const result = FUNCTIONS[expression.name].apply(...inputs);
    if (result.size > MOST_ELEMENTS)
      throw new ExpressionError(
        `A tensor of ${result.size} elements is too large to draw; ${MOST_ELEMENTS} fit.`,
      );
    const history = historyOf(result);
    if (history !== null) {
      this.tensors.set(history, result);
      this.operands.set(history, inputs);
    }
    if (this.operands.size > MOST_OPS)
      throw new ExpressionError(`More than ${MOST_OPS} ops are too many to draw.`);
    return result;
  }

  private lookUp(name: string): Numeric {
    const known = this.scope.get(name);
    if (known !== undefined) return known;
    if (Object.hasOwn(FUNCTIONS, name)) throw new ExpressionError(`${name} is a function: write ${name}(x).`);
    this.define(name, { kind: 'literal', value: DEFAULTS[this.defaults++ % DEFAULTS.length] });
    return this.lookUp(name);
  }

  private leaf(value: Literal): Tensor {
    const leaf = constant(value).setRequiresGrad();
    const history = historyOf(leaf);
    if (history !== null) this.tensors.set(history, leaf);
    return leaf;
  }
}

function constant(value: Literal): Tensor {
  const made = tensor(value);
  if (made.size === 0) throw new ExpressionError('A list must hold at least one number.');
  if (made.rank > 3) throw new ExpressionError('Lists in lists in lists are the most.');
  return made;
}

function written(root: Tensor, { names, tensors, operands }: Evaluation): Recording {
  const order = historyOrder('explain', root, ({ parents }) => [...parents].reverse());
  const ids = new Map(order.map((history, id) => [history, id]));
  const readers = order.map(() => 0);
  for (const { parents } of order) {
    for (const parent of parents) if (parent !== null) readers[idOf(ids, parent)]++;
  }
  const nodes = order.map((history, id): TapeNode => {
    const value = valuesOf(tensorOf(tensors, history));
    const shared = { name: names.get(history) ?? null, value, readers: readers[id] };
    if (history instanceof Leaf) return { ...shared, op: null, attributes: {}, inputs: [], keeps: 'nothing' };
    return { ...shared, ...describeOp(history, ids, operands.get(history) ?? []) };
  });
  const forward = order.filter((history) => history instanceof Node).sort((a, b) => a.serial - b.serial);
  return {
    nodes,
    root: order.length - 1,
    forward: forward.map((history) => idOf(ids, history)),
    ...walkBack(root, ids),
  };
}

function describeOp(
  node: Node,
  ids: ReadonlyMap<History, number>,
  operands: readonly Numeric[],
): Pick<TapeNode, 'op' | 'attributes' | 'inputs' | 'keeps'> {
  const inputs = node.parents.map((parent, at): TapeInput => {
    const operand = operands[at];
    const value = typeof operand === 'number' ? { shape: [], values: [operand] } : valuesOf(operand);
    return { from: parent === null ? null : idOf(ids, parent), value };
  });
  const kept = node.kept?.length ?? 0;
  const ofInputs = node.parents.some((_, at) => node.keptInput(at) !== null);
  const keeps = kept === 0 ? 'nothing' : ofInputs ? 'inputs' : 'output';
  const attributes = node instanceof OpNode ? { ...node.attributes } : {};
  return { op: node.name, attributes, inputs, keeps };
}

/** As `backward` does it, one rule after the other: in its order, by the engine's rules, adding up with its ops. */
function walkBack(
  root: Tensor,
  ids: ReadonlyMap<History, number>,
): Pick<Recording, 'backward' | 'gradients'> {
  const sums = new Map<History, Tensor>();
  const [last] = [...ids.keys()].slice(-1);
  sums.set(last, ones(root.shape));
  const backward: BackwardStep[] = [];
  for (const history of historyOrder('backward', root).reverse()) {
    const gradient = sums.get(history);
    if (gradient === undefined || !(history instanceof Node)) continue;
    const parts = partsOf(history, gradient);
    const locals = partsOf(history, ones(gradient.shape));
    backward.push({
      node: idOf(ids, history),
      gradient: valuesOf(gradient),
      parts: parts.flatMap((part, input): Part[] => {
        const parent = history.parents[input];
        if (parent === null || part === null) return [];
        sums.set(parent, sums.get(parent)?.add(part) ?? part);
        return [
          { input, to: idOf(ids, parent), local: valuesOf(locals[input] ?? part), part: valuesOf(part) },
        ];
      }),
    });
  }
  const gradients = [...ids.keys()].map((history) => {
    const sum = sums.get(history);
    return sum === undefined ? null : valuesOf(sum);
  });
  return { backward, gradients };
}

function partsOf(node: Node, gradient: Tensor): (Tensor | null)[] {
  return node
    .backward(gradient, { op: 'backward', withHistory: false, wants: () => true })
    .map((part) => (typeof part === 'function' ? part() : part));
}

function tensorOf(tensors: ReadonlyMap<History, Tensor>, history: History): Tensor {
  const found = tensors.get(history);
  if (found === undefined) throw new Error(`the engine recorded more than was asked for`);
  return found;
}

function idOf(ids: ReadonlyMap<History, number>, history: History): number {
  return ids.get(history) ?? 0;
}

function valuesOf(x: Tensor): Values {
  return { shape: x.shape, values: [...x.dataSync()] };
}
